/** What is wrong with a file of rules, or with asking the hub about it. Its message is for people. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
}
