/** What the commands say to the person in front of them. */
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text) => paint(1, text);

/** One line for each step that takes a while. */
export const step = (text) => console.log(`${paint(36, '•')} ${text}`);

/** Ends the command with what is wrong and how to mend it. */
export function giveUp(what, mend) {
  console.error(`\n${paint(31, '✗')} ${what}`);
  if (mend) console.error(`  ${mend}`);
  process.exit(1);
}
