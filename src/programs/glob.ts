type Token = "*" | ((character: string) => boolean);

/** Whether a name fits a shell pattern (`*`, `?`, `[a-z]`, `\`); `*` also crosses slashes, as fnmatch(3) does. */
export function globMatches(pattern: string, name: string, ignoreCase = false): boolean {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const tokens = tokensOf(fold(pattern));
  const characters = Array.from(fold(name));
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current === "*") {
      star = token++;
      starAt = at;
    } else if (current?.(characters[at] ?? "") === true) {
      token++;
      at++;
    } else if (star === -1) return false;
    else {
      token = star + 1;
      at = ++starAt;
    }
  }
  return tokens.slice(token).every((rest) => rest === "*");
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const pieces = pattern.matchAll(/\*|\?|\[([!^]?)(\]?(?:\[:\w+:\]|[^\]])*)\]|\\?([^])/gu);
  for (const [piece, negation = "", set, literal = piece] of pieces) {
    if (piece === "*") tokens.push("*");
    else if (piece === "?") tokens.push(() => true);
    else if (set === undefined) tokens.push((character) => character === literal);
    else {
      const contains = setOf(set);
      tokens.push((character) => contains(character) === (negation === ""));
    }
  }
  return tokens;
}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /\p{L}/u,
  digit: /\d/u,
  alnum: /[\p{L}\d]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/u,
  punct: /[!-/:-@[-`{-~]/u,
};

function setOf(text: string): (character: string) => boolean {
  const named = [...text.matchAll(/\[:(\w+):\]/gu)].flatMap(([, name = ""]) => classes[name] ?? []);
  const characters = Array.from(text.replace(/\[:\w+:\]/gu, ""));
  const ranges: [string, string][] = [];
  for (let i = 0; i < characters.length; i++) {
    const from = characters[i] ?? "";
    const isRange = characters[i + 1] === "-" && i + 2 < characters.length;
    ranges.push([from, isRange ? (characters[i + 2] ?? "") : from]);
    if (isRange) i += 2;
  }
  return (character) =>
    named.some((one) => one.test(character)) || ranges.some(([from, to]) => character >= from && character <= to);
}
