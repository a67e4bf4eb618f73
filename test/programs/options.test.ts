import { expect, test } from "vitest";

import { OptionError, type OptionSyntax, parseOptions } from "../../src/programs/options.ts";

const syntax: OptionSyntax = {
  short: "abn:o::",
  long: { lines: "n", all: "a", color: "color::", "no-cache": "no-cache" },
};

test.each([
  [
    ["-ab", "x"],
    [
      ["a", ""],
      ["b", ""],
    ],
    ["x"],
  ],
  [
    ["-n5", "-n", "6"],
    [
      ["n", "5"],
      ["n", "6"],
    ],
    [],
  ],
  [
    ["-an5"],
    [
      ["a", ""],
      ["n", "5"],
    ],
    [],
  ],
  [
    ["-o", "x", "-ofile"],
    [
      ["o", ""],
      ["o", "file"],
    ],
    ["x"],
  ],
  [
    ["--lines=3", "--lines", "4"],
    [
      ["n", "3"],
      ["n", "4"],
    ],
    [],
  ],
  [
    ["--li=3", "--color", "--color=always"],
    [
      ["n", "3"],
      ["color", ""],
      ["color", "always"],
    ],
    [],
  ],
  [["x", "-a", "--", "-b"], [["a", ""]], ["x", "-b"]],
  [["-", "-a"], [["a", ""]], ["-"]],
] as const)("%s", (args, given, operands) => {
  const options = parseOptions(args, syntax);
  expect(options.given).toEqual(given);
  expect(options.operands).toEqual(operands);
});

test.each([
  [["-z"], "invalid option -- 'z'", "unrecognized option: z"],
  [["--zap"], "unrecognized option '--zap'", "unrecognized option: zap"],
  [["-n"], "option requires an argument -- 'n'", "option requires an argument: n"],
  [["--lines"], "option '--lines' requires an argument", "option requires an argument: lines"],
  [["--all=1"], "option '--all' doesn't allow an argument", "option does not take an argument: all"],
])("%s is refused", (args, glibc, musl) => {
  expect(() => parseOptions(args, syntax)).toThrow(new OptionError(glibc, musl));
});

test("options end at the first operand for programs that run another", () => {
  expect(parseOptions(["-a", "cmd", "-b"], { ...syntax, endAtOperand: true }).operands).toEqual(["cmd", "-b"]);
});
