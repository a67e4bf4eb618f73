import { expect, test } from "vitest";

import { blockBytes, FileBlocks } from "../../../src/runtime/files/file-blocks.ts";

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

test("a file of blocks has what was put into it, gaps and overlaps included", () => {
  const file = new FileBlocks();
  file.put(10, filled(blockBytes, 1));
  file.put(2 * blockBytes - 2, filled(4, 2));
  file.put(0, filled(12, 3));
  const expected = new Uint8Array(2 * blockBytes + 2);
  expected.set(filled(blockBytes, 1), 10);
  expected.set(filled(4, 2), 2 * blockBytes - 2);
  expected.set(filled(12, 3), 0);
  expect(file.size).toBe(expected.length);
  expect(Buffer.compare(file.whole(), expected)).toBe(0);
});

test("what a reader was given does not change", () => {
  const file = new FileBlocks();
  file.put(0, filled(100, 1));
  const seen = file.take(0, 100);
  file.put(50, filled(100, 2));
  expect(seen).toEqual(filled(100, 1));
  expect(file.take(0, 1000)).toEqual(new Uint8Array([...filled(50, 1), ...filled(100, 2)]));
});

test("nothing is read behind the end, and never more than a block", () => {
  const file = new FileBlocks();
  file.put(0, filled(blockBytes + 5, 7));
  expect(file.take(blockBytes - 1, 100).length).toBe(1);
  expect(file.take(blockBytes, 100)).toEqual(filled(5, 7));
  expect(file.take(blockBytes + 5, 1).length).toBe(0);
});

test("a gigabyte of zeros takes no memory", () => {
  const file = new FileBlocks();
  const zeros = new Uint8Array(blockBytes);
  for (let at = 0; at < 1024; at++) file.put(at * blockBytes, zeros);
  expect(file.size).toBe(1024 ** 3);
  expect(file.take(0, blockBytes).buffer).toBe(file.take(1023 * blockBytes, blockBytes).buffer);
});
