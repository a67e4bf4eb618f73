import type { Shell } from "../shell.ts";
import { PatternSink, TextSink } from "./sink.ts";
import type { Sink } from "./sink.ts";

/** Expands a word, or a part of one, into a sink; a promise only when a command substitution must be waited for. */
export type Emit = (shell: Shell, sink: Sink) => void | Promise<void>;

/** The text that `emit` gives. */
export function textOf(shell: Shell, emit: Emit): string | Promise<string> {
  const sink = new TextSink();
  const pending = emit(shell, sink);
  return pending ? pending.then(() => sink.text) : sink.text;
}

/** The pattern that `emit` gives; `escape` makes what was quoted mean itself. */
export function patternOf(shell: Shell, emit: Emit, escape?: (text: string) => string): string | Promise<string> {
  const sink = new PatternSink(escape);
  const pending = emit(shell, sink);
  return pending ? pending.then(() => sink.pattern) : sink.pattern;
}

/** One after the other. */
export function inOrder(emits: readonly Emit[]): Emit {
  const [first, second] = emits;
  if (!first) return () => {};
  if (!second) return first;
  return (shell, sink) => emitFrom(emits, 0, shell, sink);
}

function emitFrom(emits: readonly Emit[], from: number, shell: Shell, sink: Sink): void | Promise<void> {
  for (let at = from; at < emits.length; at++) {
    const pending = emits[at]?.(shell, sink);
    if (pending) return pending.then(() => emitFrom(emits, at + 1, shell, sink));
  }
}
