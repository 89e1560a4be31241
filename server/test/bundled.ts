import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Beside `src`, from where its packages are found. */
const SERVER = fileURLToPath(new URL('..', import.meta.url));

/** A program of `test/programs/` as one file that Node runs, for specs that kill it. */
export async function bundled(program: string): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(SERVER, 'dist-of-spec-'));
  const file = join(folder, 'program.mjs');
  const bundle = await rolldown({
    input: join(SERVER, 'test/programs', program),
    tsconfig: join(SERVER, 'tsconfig.json'),
    platform: 'node',
    // Packages stay where they are, but for the helpers that the compiler itself brings.
    external: /^(?!@oxc-project\/)[@\w]/,
  });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return { file, remove: () => rm(folder, { recursive: true }) };
}
