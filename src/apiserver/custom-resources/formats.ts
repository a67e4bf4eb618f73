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

/** A day that the calendar has. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
