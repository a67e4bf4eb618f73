import { Cron } from "croner";

/** The times at which a CronJob is due. */
export interface Schedule {
  /** The first time after `ms`; undefined: never again. */
  next(ms: number): number | undefined;
}

/** The last value of each field: minute, hour, day of month, month, day of week. */
const lastValues = [59, 23, 31, 12, 6];
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `schedule` may name a time zone itself. Throws an Error when it is none. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax */
export function parseSchedule(schedule: string, timeZone: string | undefined): Schedule {
  const [, ownZone, text = ""] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/su.exec(schedule.trim()) ?? [];
  if (text.startsWith("@every ")) return everyInterval(text.slice("@every ".length));
  const cron = new Cron(explicit(text), { mode: "5-part", timezone: timeZone ?? ownZone ?? "Etc/UTC", paused: true });
  return { next: (ms) => cron.nextRun(new Date(ms))?.getTime() };
}

/** `5/15` goes on to the end of the field; `?` is any. */
function explicit(text: string): string {
  if (text.startsWith("@")) return text;
  const fields = text.split(/\s+/u).map((field, at) => {
    const open = field.replaceAll("?", "*").split(",");
    return open.map((part) => part.replace(/^([^*/-]+)\/(\d+)$/u, `$1-${lastValues[at] ?? ""}/$2`)).join(",");
  });
  return fields.join(" ");
}

function everyInterval(duration: string): Schedule {
  const parts = [...duration.matchAll(/([\d.]+)(ms|[smh])/gu)];
  const totalMs = parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (units[unit] ?? 0), 0);
  const intervalMs = Math.max(1000, Math.floor(totalMs / 1000) * 1000);
  return { next: (ms) => Math.floor(ms / 1000) * 1000 + intervalMs };
}

/** What a schedule has been due for since it was last looked at. */
export interface Due {
  /** The latest time that has come; undefined: none has. */
  readonly latest: number | undefined;
  /** How many have come, roughly. */
  readonly missed: number;
}

/** What came after `since`, up to `now`. Irregular schedules are stepped through from shortly before the end only. */
export function dueSince(schedule: Schedule, since: number, now: number): Due {
  const first = schedule.next(since);
  if (first === undefined || first > now) return { latest: undefined, missed: 0 };
  const second = schedule.next(first);
  if (second === undefined || second > now) return { latest: first, missed: 1 };
  const stepMs = second - first;
  const missed = Math.floor((now - first) / stepMs) + 1;
  let latest = first;
  for (
    let time = schedule.next(first + (missed - 2) * stepMs);
    time !== undefined && time <= now;
    time = schedule.next(time)
  ) {
    latest = time;
  }
  return { latest, missed };
}
