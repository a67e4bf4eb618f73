/** What kubectl says on stderr before it exits; `error: ` is put in front unless the message is `bare`. */
export class KubectlError extends Error {
  readonly exitCode: number;
  /** The message stands alone. */
  readonly bare: boolean;
  /** What goes to stdout before. */
  readonly output: string;

  constructor(
    message: string,
    { exitCode = 1, bare = false, output = "" }: { exitCode?: number; bare?: boolean; output?: string } = {},
  ) {
    super(message);
    this.output = output;
    this.exitCode = exitCode;
    this.bare = bare;
  }
}

/** A mistake in how a command was written: `See 'kubectl VERB -h' for help and examples`. */
export function usageError(verb: string, problem: string): KubectlError {
  return new KubectlError(`${problem}\nSee 'kubectl ${verb} -h' for help and examples`);
}

/** Ends the command with a code; what there is to say has been said. */
export function exit(exitCode: number): KubectlError {
  return new KubectlError("", { exitCode, bare: true });
}
