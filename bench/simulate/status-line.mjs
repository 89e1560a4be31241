/** What goes on, once a second: in one place of a terminal, or a line each ten seconds elsewhere. */
export class StatusLine {
  #timer;
  #show;

  /** @param {() => string} text */
  constructor(text) {
    const { stdout } = process;
    let seconds = 0;
    this.#show = (last) => {
      const line = text();
      if (stdout.isTTY) stdout.write(`\r\x1b[2K${line.slice(0, stdout.columns - 1)}${last ? '\n' : ''}`);
      else if (last || ++seconds % 10 === 0) stdout.write(`${line}\n`);
    };
    this.#timer = setInterval(() => this.#show(false), 1_000);
  }

  end() {
    clearInterval(this.#timer);
    this.#show(true);
  }
}
