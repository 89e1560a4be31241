import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, ROOT } from './run.mjs';
import { step } from './terminal.mjs';

/**
 * Runs vitest and counts. A test that was skipped counts as a failure, but for those that need root where
 * this user is not root, which is said. A run that ended before it could report, or that failed outside of a test,
 * counts as a failure, so that nothing is green in silence.
 * @param {string} name of the report under test-results/
 */
export async function vitest(name, args, env) {
  const report = `test-results/${name}.json`;
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  rmSync(join(ROOT, report), { force: true });
  const code = await run(
    'npx',
    ['vitest', 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    env,
  );
  const path = join(ROOT, report);
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const { numPassedTests, numPendingTests, numTotalTests } = JSON.parse(readFileSync(path, 'utf8'));
  const needRoot = process.getuid?.() === 0 ? 0 : numPendingTests;
  if (needRoot > 0)
    step(`${needRoot} of these tests mount file systems or change users: they run as root only`);
  const failed = numTotalTests - numPassedTests - needRoot;
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}
