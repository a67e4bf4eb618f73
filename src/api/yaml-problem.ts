import type { YAMLException } from "js-yaml";

/**
 * What Go's YAML parser says about the same mistake, such as `yaml: line 7: did not find expected key`.
 * Its line numbers are its own: the scanner counts from one, the parser from zero.
 */
export function yamlProblem({ reason, mark }: YAMLException, text: string): string {
  if (/^(?:yaml|json|unsupported map key)\b/u.test(reason)) return reason;
  const [, alias] = /^unidentified alias "(.*)"$/u.exec(reason) ?? [];
  if (alias !== undefined) return `yaml: unknown anchor '${alias}' referenced`;
  const place: Place = { text, position: mark?.position ?? 0, line: mark?.line ?? 0 };
  const { line, problem } = problemAt(reason, place);
  // Go says no line for a mistake on the first one.
  return line === 0 || (line === 1 && place.line === 0) ? `yaml: ${problem}` : `yaml: line ${line}: ${problem}`;
}

interface Place {
  readonly text: string;
  readonly position: number;
  /** From zero. */
  readonly line: number;
}

interface Problem {
  readonly line: number;
  readonly problem: string;
}

const cannotStart = "found character that cannot start any token";
const expectedKey = "did not find expected key";

function problemAt(reason: string, place: Place): Problem {
  const { line, text } = place;
  switch (reason) {
    case "bad indentation of a mapping entry":
      return misplaced(place);
    case "tab characters must not be used in indentation":
      return {
        line: line + 1,
        problem: afterColon(place) ? cannotStart : "found a tab character that violates indentation",
      };
    case "missed comma between flow collection entries":
    case "expected the node content, but found ','":
    case "deficient indentation":
    case "unexpected end of the stream within a flow collection":
    case "unexpected end of the stream within a single quoted scalar":
    case "unexpected end of the stream within a double quoted scalar":
    case "unexpected end of the document within a single quoted scalar":
    case "unexpected end of the document within a double quoted scalar":
      return unclosed(place);
    case "unknown escape sequence":
      return { line: line + 1, problem: "found unknown escape character" };
    case "expected hexadecimal character":
      return { line: line + 1, problem: "did not find expected hexdecimal number" };
    case "can not read a block mapping entry; a multiline key may not be an implicit key":
      return { line: line + 1, problem: "could not find expected ':'" };
    case "expected ':' after a mapping key":
      return { line: line + 2, problem: "could not find expected ':'" };
    case "a line break is expected":
      return { line: line + 1, problem: "did not find expected comment or line break" };
    case "end of the stream or a document separator is expected":
      return { line, problem: /^\s*["'[{]/u.test(text) ? "did not find expected <document start>" : expectedKey };
    case "the stream contains non-printable characters":
      return { line: 0, problem: "control characters are not allowed" };
    default:
      return { line, problem: expectedKey };
  }
}

/** Something stands where a mapping cannot go on: what it is tells the complaint. */
function misplaced(place: Place): Problem {
  const { text, position, line } = place;
  const rest = text.slice(position, position + 2);
  const before = lineBefore(place);
  const scanned = line + 1;
  if (/^ *\t/u.test(before)) return { line: scanned, problem: cannotStart };
  if (rest.startsWith(":")) return { line: scanned, problem: "mapping values are not allowed in this context" };
  if (/^[@%`\t]/u.test(rest)) return { line: scanned, problem: cannotStart };
  if (/^[\]}]/u.test(rest) && before.trimEnd().endsWith(":"))
    return { line, problem: "did not find expected node content" };
  if (/^-\s/u.test(rest) && before.trim() !== "") {
    return { line: scanned, problem: "block sequence entries are not allowed in this context" };
  }
  const sibling = previousLine(text, position).startsWith(`${before}- `);
  return { line, problem: sibling && !rest.startsWith("-") ? "did not find expected '-' indicator" : expectedKey };
}

/** A bracket or a quote was opened and the end came first. */
function unclosed({ text, position, line }: Place): Problem {
  const open = openAt(text.slice(0, position));
  switch (open) {
    case "[":
      return { line, problem: "did not find expected ',' or ']'" };
    case "{":
      return { line, problem: "did not find expected ',' or '}'" };
    default:
      return { line: text.split("\n").length, problem: "found unexpected end of stream" };
  }
}

/** The innermost bracket or quote that is not closed by the end of `head`. */
function openAt(head: string): string {
  const stack: string[] = [];
  const tokens = head.matchAll(
    /(?<=^|[\s,:[{-])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|#[^\n]*)|[[{\]}]|(?<=[\s,:[{-])["']/gsu,
  );
  for (const [token] of tokens) {
    if (token === "]" || token === "}") stack.pop();
    else if (token.length === 1 && token !== "#") stack.push(token);
  }
  return stack.at(-1) ?? "";
}

function afterColon({ text, position }: Place): boolean {
  return previousLine(text, position).trimEnd().endsWith(":");
}

function lineBefore({ text, position }: Place): string {
  return text.slice(text.lastIndexOf("\n", position - 1) + 1, position);
}

/** The nearest line above that says something. */
function previousLine(text: string, position: number): string {
  const above = text.slice(0, Math.max(0, text.lastIndexOf("\n", position - 1)));
  return above.split("\n").findLast((line) => line.trim() !== "") ?? "";
}
