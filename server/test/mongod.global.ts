import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string;
  }
}

/** Starts the embedded MongoDB once for all specs. `TEST_MONGODB_URI` names a running one instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_MONGODB_URI;
  if (given) {
    project.provide('mongoUri', given);
    return async () => {};
  }
  throw new Error('embedded MongoDB not built yet');
}
