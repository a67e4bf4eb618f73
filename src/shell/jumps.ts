/** `break n` and `continue n` on their way to the loop they mean. */
export class LoopJump extends Error {
  readonly kind: "break" | "continue";
  levels: number;

  constructor(kind: "break" | "continue", levels: number) {
    super(kind);
    this.kind = kind;
    this.levels = levels;
  }
}

/** `return` on its way out of a function or a sourced file. */
export class Return extends Error {
  readonly status: number;

  constructor(status: number) {
    super("return");
    this.status = status;
  }
}

/** `exit`, or an error that ends the shell: nothing more of the script runs but the EXIT trap. */
export class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}

/**
 * A failure the shell tells on stderr. `fatal`: it ends a shell that is not interactive
 * (a bad expansion, a special built-in that fails); else only the command at hand.
 */
export class ShellError extends Error {
  readonly status: number;
  readonly fatal: boolean;
  /** The built-in that failed. */
  builtin: string | undefined;
  /** Where, when it is not where the shell is. */
  line: number | undefined;
  /** A syntax error: the line of the script that it is in. */
  sourceLine: string | undefined;
  /** The user knows. */
  isTold = false;

  constructor(message: string, status = 2, fatal = true) {
    super(message);
    this.status = status;
    this.fatal = fatal;
  }
}

/** Ctrl-C in an interactive shell: back to the prompt. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}
