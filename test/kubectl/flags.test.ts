import { describe, expect, test } from "vitest";

import { arrays, booleans, durations, lists, numbers, optionals, parseFlags, values } from "../../src/kubectl/flags.ts";

const syntax = [
  ...booleans("watch/w", "all-namespaces/A"),
  ...values("output/o", "namespace/n"),
  ...numbers("replicas"),
  ...durations("timeout"),
  ...lists("filename/f"),
  ...arrays("env/e"),
  ...optionals("dry-run=unchanged"),
];

describe("flags", () => {
  test("stand anywhere among the arguments", () => {
    const flags = parseFlags(["pods", "-o", "yaml", "web", "--watch"], syntax, "get");
    expect(flags.args).toEqual(["pods", "web"]);
    expect(flags.value("output")).toBe("yaml");
    expect(flags.isTrue("watch")).toBe(true);
  });

  test("in short may be written together, with a value behind the last", () => {
    const flags = parseFlags(["-wAoyaml", "-n=kube-system"], syntax, "get");
    expect([flags.isTrue("watch"), flags.isTrue("all-namespaces")]).toEqual([true, true]);
    expect([flags.value("output"), flags.value("namespace")]).toEqual(["yaml", "kube-system"]);
  });

  test("given several times add up when they are lists; only lists are cut at commas", () => {
    const flags = parseFlags(["-f", "a,b", "-f", "c", "-e", "x=1,2"], syntax, "apply");
    expect(flags.values("filename")).toEqual(["a", "b", "c"]);
    expect(flags.values("env")).toEqual(["x=1,2"]);
  });

  test("end at two dashes", () => {
    const flags = parseFlags(["web", "--", "ls", "-l"], syntax, "exec");
    expect([flags.args, flags.rest]).toEqual([["web"], ["ls", "-l"]]);
  });

  test("that are optional take no word", () => {
    expect(parseFlags(["--dry-run", "x"], syntax, "run")).toMatchObject({ args: ["x"] });
    expect(parseFlags(["--dry-run"], syntax, "run").value("dry-run")).toBe("unchanged");
  });

  test.each([
    [["--nope"], "unknown flag: --nope\nSee 'kubectl get --help' for usage."],
    [["-z"], "unknown shorthand flag: 'z' in -z\nSee 'kubectl get --help' for usage."],
    [["--output"], "flag needs an argument: --output\nSee 'kubectl get --help' for usage."],
    [["-o"], "flag needs an argument: 'o' in -o\nSee 'kubectl get --help' for usage."],
    [
      ["--replicas=x"],
      'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax\nSee \'kubectl get --help\' for usage.',
    ],
    [
      ["--watch=x"],
      'invalid argument "x" for "-w, --watch" flag: strconv.ParseBool: parsing "x": invalid syntax\nSee \'kubectl get --help\' for usage.',
    ],
    [
      ["--timeout=3"],
      'invalid argument "3" for "--timeout" flag: time: missing unit in duration "3"\nSee \'kubectl get --help\' for usage.',
    ],
  ])("%j are refused in kubectl's words", (words, message) => {
    expect(() => parseFlags(words, syntax, "get")).toThrow(message);
  });
});
