import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, ROOT } from './run.mjs';

/**
 * Runs vitest and counts. A run that ended before it could report, or that failed outside of a test,
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
  const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(path, 'utf8'));
  const failed = numTotalTests - numPassedTests;
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}
