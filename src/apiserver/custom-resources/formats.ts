import { isIP } from "node:net";

import { parseTime } from "../schema/go-time.ts";

/** Whether a text is of a format that schemas may name. Formats that are not here are not checked, as upstream. */
export const formats: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: (text) => /^[0-9a-f]{24}$/iu.test(text),
  uri: (text) => isUri(text),
  email: (text) => /^[^\s@<>()]+@[^\s@<>()]+$/u.test(text),
  hostname: (text) => text.length <= 255 && hostname.test(text),
  ipv4: (text) => isIP(text) === 4,
  ipv6: (text) => isIP(text) === 6,
  cidr: (text) => isCidr(text),
  mac: (text) => /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/iu.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/iu.test(text),
  uuid3: (text) => uuidOfVersion("3").test(text),
  uuid4: (text) => uuidOfVersion("4").test(text),
  uuid5: (text) => uuidOfVersion("5").test(text),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: (text) => isIsbn10(text),
  isbn13: (text) => isIsbn13(text),
  creditcard: (text) => creditCard.test(digitsOf(text)) && hasLuhnSum(digitsOf(text)),
  ssn: (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/u.test(text),
  password: () => true,
  hexcolor: (text) => /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/iu.test(text),
  rgbcolor: (text) => rgb.test(text),
  byte: (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/u.test(text),
  date: (text) => isDate(text),
  "date-time": (text) => isDateTime(text),
  datetime: (text) => isDateTime(text),
  duration: (text) => duration.test(text),
};

const hostname = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*\.?$/iu;
const channel = String.raw`\s*(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*`;
const rgb = new RegExp(String.raw`^rgb\(${channel},${channel},${channel}\)$`, "u");
const duration =
  /^[-+]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*|\d+ ?(?:nanos?|micros?|millis?|seconds?|minutes?|hours?|days?|weeks?|d|w))$/u;

function uuidOfVersion(version: string): RegExp {
  return new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, "iu");
}

function isUri(text: string): boolean {
  return text.startsWith("/") ? !/\s/u.test(text) : URL.canParse(text);
}

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...rest] = text.split("/");
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/u.test(bits) && Number(bits) <= longest;
}

function isDateTime(text: string): boolean {
  return "text" in parseTime(text.toUpperCase().replace(" ", "T"), "Time");
}

const creditCard =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}|6(?:011|5\d{2})\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11}|6[27]\d{14})$/u;

function digitsOf(text: string): string {
  return text.replaceAll(/[\s-]/gu, "");
}

/** The digits from the right, every other one doubled, add up to tens. */
function hasLuhnSum(digits: string): boolean {
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isIsbn10(text: string): boolean {
  const digits = digitsOf(text);
  if (!/^\d{9}[\dX]$/u.test(digits)) return false;
  return (
    [...digits].reduce((sum, digit, index) => sum + (index + 1) * (digit === "X" ? 10 : Number(digit)), 0) % 11 === 0
  );
}

function isIsbn13(text: string): boolean {
  const digits = digitsOf(text);
  if (!/^\d{13}$/u.test(digits)) return false;
  return [...digits].reduce((sum, digit, index) => sum + (index % 2 === 0 ? 1 : 3) * Number(digit), 0) % 10 === 0;
}

/** What a number of some format can be. */
export const numberFormats: Readonly<Record<string, (value: number) => boolean>> = {
  int32: (value) => value >= -(2 ** 31) && value < 2 ** 31,
  uint32: (value) => value >= 0 && value < 2 ** 32,
  int64: (value) => value >= -(2 ** 63) && value < 2 ** 63,
  uint64: (value) => value >= 0 && value < 2 ** 64,
  float: (value) => Number.isFinite(Math.fround(value)),
  float32: (value) => Number.isFinite(Math.fround(value)),
};

/** A day that the calendar has. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
