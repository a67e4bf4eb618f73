import { formatQuantity, parseQuantity, type Quantity } from "../../api/quantity.ts";
import type { Node, Pod, ResourceRequirements } from "../../api/types.gen.ts";
import { byBytes } from "../printers/go-json.ts";
import type { Description } from "./description.ts";

type Amounts = ReadonlyMap<string, Quantity>;

/** What a pod asks for and may use: its containers together, or its largest init container, and its overhead. */
export function podAmounts(pod: Pod): { requests: Amounts; limits: Amounts } {
  return { requests: sumOf(pod, "requests"), limits: sumOf(pod, "limits") };
}

function sumOf({ spec }: Pod, part: "requests" | "limits"): Amounts {
  const sum = new Map<string, Quantity>();
  const amountsOf = (resources: ResourceRequirements | undefined): Map<string, Quantity> =>
    quantitiesIn(resources?.[part]);
  for (const { resources } of spec.containers) addAll(sum, amountsOf(resources));
  const restartable = new Map<string, Quantity>();
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const own = amountsOf(resources);
    if (restartPolicy === "Always") {
      addAll(sum, own);
      addAll(restartable, own);
    } else {
      const together = new Map(restartable);
      addAll(together, own);
      raiseTo(sum, together);
    }
  }
  addAll(sum, quantitiesIn(spec.overhead), part === "limits");
  return sum;
}

function raiseTo(sum: Map<string, Quantity>, least: Amounts): void {
  for (const [name, amount] of least) if (amount.nanos > (sum.get(name)?.nanos ?? 0n)) sum.set(name, amount);
}

function quantitiesIn(texts: Readonly<Record<string, string>> | undefined): Map<string, Quantity> {
  return new Map(Object.entries(texts ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

function addAll(sum: Map<string, Quantity>, more: ReadonlyMap<string, Quantity>, onlyKnown = false): void {
  for (const [name, amount] of more) {
    const known = sum.get(name);
    if (known) sum.set(name, { ...known, nanos: known.nanos + amount.nanos });
    else if (!onlyKnown) sum.set(name, amount);
  }
}

/** `100m (5%)` of what the node has. */
export function percent(
  amount: Quantity | undefined,
  name: string,
  allocatable: Readonly<Record<string, string>>,
): string {
  const total = parseQuantity(allocatable[name] ?? "0").nanos;
  const own = amount?.nanos ?? 0n;
  return `${amount ? formatQuantity(amount) : "0"} (${total === 0n ? 0n : (own * 100n) / total}%)`;
}

const always = ["cpu", "memory", "ephemeral-storage"];

/** `Allocated resources:` */
export function describeAllocated(pods: readonly Pod[], { status }: Node, to: Description): void {
  const allocatable = status?.allocatable ?? {};
  const requests = new Map<string, Quantity>();
  const limits = new Map<string, Quantity>();
  for (const pod of pods) {
    const own = podAmounts(pod);
    addAll(requests, own.requests);
    addAll(limits, own.limits);
  }
  to.line("Allocated resources:");
  to.line("  (Total limits may be over 100 percent, i.e., overcommitted.)");
  to.line("Resource\tRequests\tLimits", 1);
  to.line("--------\t--------\t------", 1);
  for (const name of always) {
    to.line(
      `${name}\t${percent(requests.get(name), name, allocatable)}\t${percent(limits.get(name), name, allocatable)}`,
      1,
    );
  }
  const others = Object.keys(allocatable).filter((name) => name.startsWith("hugepages-") || name.includes("/"));
  for (const name of others.toSorted(byBytes)) {
    const shown = (amounts: Amounts): string => {
      const amount = amounts.get(name);
      return name.startsWith("hugepages-") ? percent(amount, name, allocatable) : amount ? formatQuantity(amount) : "0";
    };
    to.line(`${name}\t${shown(requests)}\t${shown(limits)}`, 1);
  }
}
