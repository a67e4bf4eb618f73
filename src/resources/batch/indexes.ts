/** How many indexes `1,3-5` names, all below `completions`. Throws a RangeError that says what is wrong with it. */
export function countIndexes(text: string, completions: number): number {
  if (text === "") return 0;
  let last = -1;
  let total = 0;
  for (const interval of text.split(",")) {
    const [first, end] = parseInterval(interval, completions);
    if (last >= first) throw new RangeError(`non-increasing order, previous: ${last}, current: ${first}`);
    total += end - first + 1;
    last = end;
  }
  return total;
}

/** What is wrong with a list of indexes, if anything. */
export function indexProblem(text: string, completions: number): string | undefined {
  try {
    countIndexes(text, completions);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function parseInterval(interval: string, completions: number): [first: number, last: number] {
  const parts = interval.split("-");
  if (parts.length > 2) {
    const rule = "violates the requirement that an index interval can have at most two parts separated by '-'";
    throw new RangeError(`the fragment ${JSON.stringify(interval)} ${rule}`);
  }
  const [first = 0, last = first] = parts.map((part) => parseIndex(part, completions));
  if (parts.length === 2 && first >= last) {
    throw new RangeError(`non-increasing order, previous: ${first}, current: ${last}`);
  }
  return [first, last];
}

function parseIndex(text: string, completions: number): number {
  if (!/^[+-]?\d+$/u.test(text)) {
    throw new RangeError(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  }
  if (Number(text) >= completions) throw new RangeError(`too large index: ${JSON.stringify(text)}`);
  return Number(text);
}
