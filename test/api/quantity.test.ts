import { expect, test } from "vitest";

import {
  canonicalQuantity,
  compareQuantities,
  formatQuantityIn,
  quantityError,
  quantityValue,
  sumQuantities,
} from "../../src/api/quantity.ts";

test.each([
  ["0", "0"],
  ["0Gi", "0"],
  ["1", "1"],
  ["+5", "5"],
  ["-5", "-5"],
  [".5", "500m"],
  ["0.5", "500m"],
  ["1.", "1"],
  ["1000m", "1"],
  ["1500m", "1500m"],
  ["100000", "100k"],
  ["1024", "1024"],
  ["1024Mi", "1Gi"],
  ["1536Mi", "1536Mi"],
  ["1.5Gi", "1536Mi"],
  ["0.5Ki", "512"],
  ["0.5Mi", "512Ki"],
  ["0.1Ki", "102400m"],
  ["1Ei", "1Ei"],
  ["1E", "1E"],
  ["1e3", "1e3"],
  ["1E3", "1e3"],
  ["100e-3", "100e-3"],
  ["12e5", "1200e3"],
  ["1n", "1n"],
  ["0.1n", "1n"],
  ["1u", "1u"],
  ["100M", "100M"],
  ["9223372036854775808", "9223372036854775807"],
  ["100E", "9223372036854775807"],
])("prints %s as %s", (text, printed) => {
  expect(canonicalQuantity(text)).toBe(printed);
});

test.each([
  ["", "quantities must match"],
  ["abc", "quantities must match"],
  ["1 Gi", "quantities must match"],
  ["1.2.3", "quantities must match"],
  ["--1", "quantities must match"],
  [".", "unable to parse numeric part of quantity"],
  ["1K", "unable to parse quantity's suffix"],
  ["1mi", "unable to parse quantity's suffix"],
  ["1GB", "quantities must match"],
])("refuses %j: %s", (text, message) => {
  expect(quantityError(text)).toContain(message);
});

test("a quantity has a value as a number", () => {
  expect(["250m", "1Gi", "2k", "1.5"].map((text) => quantityValue(text))).toEqual([0.25, 1_073_741_824, 2000, 1.5]);
});

test("an amount in divisors is rounded up", () => {
  expect(formatQuantityIn("1500m", "1")).toBe("2");
  expect(formatQuantityIn("250m", "1m")).toBe("250");
  expect(formatQuantityIn("64Mi", "1Mi")).toBe("64");
  expect(formatQuantityIn("1Gi", "1")).toBe("1073741824");
});

test("quantities are compared and summed as amounts, however they are written", () => {
  expect(compareQuantities("1000m", "1")).toBe(0);
  expect(compareQuantities("1Ki", "1k")).toBe(1);
  expect(compareQuantities("-1", "0")).toBe(-1);
  expect(sumQuantities(["256Mi", "768Mi"])).toBe("1Gi");
  expect(sumQuantities(["250m", "1750m"])).toBe("2");
  expect(sumQuantities([])).toBe("0");
});
