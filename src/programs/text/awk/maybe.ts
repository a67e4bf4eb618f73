/** A result that is there at once, unless something had to be waited for. */
export type Maybe<T> = T | Promise<T>;

export function after<T, R>(value: Maybe<T>, use: (value: T) => Maybe<R>): Maybe<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** Evaluates in order, and waits only where it must. */
export function all<T>(work: readonly (() => Maybe<T>)[], at = 0, done: T[] = []): Maybe<T[]> {
  for (let i = at; i < work.length; i++) {
    const result = work[i]?.();
    if (result instanceof Promise) {
      return result.then((value) => {
        done.push(value);
        return all(work, i + 1, done);
      });
    }
    if (result !== undefined) done.push(result);
  }
  return done;
}
