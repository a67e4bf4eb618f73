import { type FieldError, invalid } from "../../../api/status.ts";

type Labels = Readonly<Record<string, string>>;

const levels = ["privileged", "baseline", "restricted"] as const;

export type Level = (typeof levels)[number];

/** `version` is `latest` or `v1.24`. */
export interface LeveledPolicy {
  readonly level: Level;
  readonly version: string;
}

export interface NamespacePolicy {
  readonly enforce: LeveledPolicy;
  readonly warn: LeveledPolicy;
}

const prefix = "pod-security.kubernetes.io/";
const latestMinor = 32;

/**
 * What a namespace's labels ask of its pods. Where they say nothing of warnings, the enforced policy is warned of.
 * The audit labels have no effect: there is no audit log.
 * https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/
 */
export function policyOf(labels: Labels): NamespacePolicy {
  const enforce = {
    level: levelIn(labels, "enforce", "restricted") ?? "privileged",
    version: versionIn(labels, "enforce") ?? "latest",
  };
  const warn = {
    level: levelIn(labels, "warn", "privileged") ?? enforce.level,
    version: versionIn(labels, "warn") ?? enforce.version,
  };
  return { enforce, warn };
}

/** What is wrong with a namespace's labels. */
export function policyErrors(labels: Labels): FieldError[] {
  return ["enforce", "audit", "warn"].flatMap((mode) =>
    labelErrors(labels, mode, isLevel, `must be one of ${levels.join(", ")}`).concat(
      labelErrors(labels, `${mode}-version`, isVersion, 'must be "latest" or "v1.x"'),
    ),
  );
}

function labelErrors(labels: Labels, name: string, isValid: (text: string) => boolean, why: string): FieldError[] {
  const value = labels[prefix + name];
  return value === undefined || isValid(value) ? [] : [invalid(`metadata.labels[${prefix}${name}]`, value, why)];
}

/** `restricted:latest` */
export function formatPolicy({ level, version }: LeveledPolicy): string {
  return `${level}:${version}`;
}

/** Versions to come are as the latest. */
export function minorOf({ version }: LeveledPolicy): number {
  return version === "latest" ? latestMinor : Math.min(latestMinor, Number(version.slice("v1.".length)));
}

/** Negative when `a` is less strict than `b`. */
export function compareLevels(a: Level, b: Level): number {
  return levels.indexOf(a) - levels.indexOf(b);
}

function levelIn(labels: Labels, mode: string, instead: Level): Level | undefined {
  const text = labels[prefix + mode];
  return text === undefined || isLevel(text) ? text : instead;
}

function versionIn(labels: Labels, mode: string): string | undefined {
  const text = labels[`${prefix}${mode}-version`];
  return text === undefined || isVersion(text) ? text : "latest";
}

function isLevel(text: string): text is Level {
  return (levels as readonly string[]).includes(text);
}

function isVersion(text: string): boolean {
  return text === "latest" || /^v1\.(?:0|[1-9]\d*)$/u.test(text);
}
