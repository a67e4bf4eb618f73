import { SystemError } from "../runtime/process.ts";
import { type Flavoured, inFlavour } from "./flavour.ts";

/** Ends a program: `name: message` on stderr, then the exit code. */
export class Failure extends Error {
  readonly words: Flavoured<string>;
  readonly exitCode: Flavoured<number>;

  constructor(words: Flavoured<string>, exitCode: Flavoured<number> = 1) {
    super(inFlavour("busybox", words));
    this.words = words;
    this.exitCode = exitCode;
  }
}

/** A failure by a wrong word on the command line: GNU's tools then say where help is. */
export class Misuse extends Failure {}

/** What a failed system call says; anything else is a bug and passes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof SystemError) return error.message;
  throw error;
}
