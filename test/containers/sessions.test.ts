import { spawnSync } from "node:child_process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { kubectlMissing } from "../support/kubectl.ts";
import { type KubectlCluster, podManifest, startKubectlCluster, tellWhyNot, wordsOf } from "./kubectl-cluster.ts";

const missing =
  kubectlMissing ?? (spawnSync("script", ["--version"]).error ? "there is no `script` to make a terminal" : undefined);
tellWhyNot("sessions on terminals", missing);

const shell = (script: string, more: object = {}): object => ({
  containers: [{ name: "main", image: "busybox", command: ["sh", "-c", script], ...more }],
});
const ticking = "i=0; while :; do echo $i; i=$((i+1)); sleep 0.2; done";
let on: KubectlCluster;

beforeAll(async () => {
  const started = await startKubectlCluster();
  if (!started) return;
  on = started;
  const trapping = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 1; done";
  const manifest =
    podManifest("box") +
    podManifest("ticks", shell(ticking)) +
    podManifest("traps", { terminationGracePeriodSeconds: 30, ...shell(trapping) }) +
    podManifest("reads", shell("while read line; do echo got $line; done", { stdin: true })) +
    podManifest("tty", shell("exec sh", { stdin: true, tty: true }));
  await on.ready(manifest, "box", "ticks", "traps", "reads", "tty");
});
afterAll(() => on?.close());

const prompt = /# (?:\u001B\[[\d;]*[A-Za-z])*$/u;

describe.skipIf(missing)("kubectl exec on a terminal", () => {
  test("Ctrl-C ends the program with 130, and the shell lives on with its state", async () => {
    const { type, until, ended } = on.kubectl.converse(wordsOf("exec -it box -- sh"));
    await until(prompt);
    type("x=kept; cd /tmp; sleep 1000\r");
    await until(/sleep 1000\n?\r?\n$/u);
    type("\u0003");
    await until(prompt);
    type("echo $? $x $PWD\r");
    expect(await until(/130 kept \/tmp\r\n/u)).toContain("130 kept /tmp");
    type("exit 7\r");
    expect(await ended).toBe(7);
  });

  test("Ctrl-C of a program without a shell is kubectl's 130", async () => {
    const { type, until, ended } = on.kubectl.converse(wordsOf("exec -it box -- cat"));
    type("hello\r");
    await until(/hello\r\nhello\r\n/u);
    type("\u0003");
    await until(/\^C.*command terminated with exit code 130/su);
    expect(await ended).toBe(130);
  });

  test("the terminal's size, history, completion and editing are there", async () => {
    const { type, until, ended } = on.kubectl.converse(wordsOf("exec -it box -- sh"));
    await until(prompt);
    type("stty size\r");
    await until(/30 100\r\n/u);
    type("ls /etc/resol\t\r");
    await until(/\n\/etc\/resolv\.conf\r\n/u);
    type("echo ab\u0001\u001B[C\u001B[C\u001B[C\u001B[C\u001B[CX\u0005Y\r");
    await until(/\nXabY\r\n/u);
    type("\u001B[A\r");
    await until(/\nXabY\r\n/u);
    type("\u0012stty\r");
    await until(/30 100\r\n/u);
    type("vi notes\r");
    await until(/not simulated/u);
    type("true\r\u0004");
    expect(await ended).toBe(0);
  });

  test("pasted lines run one after the other, and each shows once", async () => {
    const { type, until, ended } = on.kubectl.converse(wordsOf("exec -it box -- sh"));
    await until(prompt);
    type("echo o''ne\recho t''wo\rexit\r");
    const seen = await until(/exit\r\n/u);
    expect(await ended).toBe(0);
    expect([...seen.matchAll(/echo o''ne|echo t''wo|\none\n|\ntwo\n/gu)].map(([what]) => what.trim())).toEqual([
      "echo o''ne",
      "one",
      "echo t''wo",
      "two",
    ]);
  });

  test("a loop prints line by line through exec, logs -f and attach", async () => {
    const loop = ["exec", "box", "--", "sh", "-c", ticking];
    for (const args of [loop, wordsOf("logs -f ticks --tail=1"), wordsOf("attach ticks")]) {
      const child = on.kubectl.start(args);
      const chunks = await new Promise<number[]>((resolve) => {
        const seen: number[] = [];
        child.stdout?.on("data", (chunk: Buffer) => {
          seen.push(Number(chunk.toString()));
          if (seen.length === 3) resolve(seen);
        });
      });
      child.kill();
      expect(chunks).toEqual([0, 1, 2].map((later) => (chunks[0] ?? 0) + later));
    }
  });

  test("a reader that has enough ends an endless writer", async () => {
    expect(await on.run(["exec", "box", "--", "sh", "-c", "yes | head -2"])).toBe("y\ny\n");
  });
});

describe.skipIf(missing)("kubectl attach, run and debug", () => {
  test("attach -i types to PID 1, and its output comes back", async () => {
    const child = on.kubectl.start(wordsOf("attach -i reads"));
    const answer = new Promise<string>((resolve) =>
      child.stdout?.once("data", (chunk: Buffer) => resolve(String(chunk))),
    );
    child.stdin?.write("hello\n");
    expect(await answer).toBe("got hello\n");
    child.kill();
  });

  test("attach -it joins the shell that is PID 1", async () => {
    const { type, until } = on.kubectl.converse(wordsOf("attach -it tty"));
    await until(/If you don't see a command prompt, try pressing enter\./u);
    type("\r");
    await until(prompt);
    type("echo $$ $HOSTNAME\r");
    expect(await until(/\n1 tty\r\n/u)).toContain("echo $$ $HOSTNAME");
  });

  test("run -it --rm gives a shell, its exit code, and leaves nothing", async () => {
    const { type, until, ended } = on.kubectl.converse(
      wordsOf("run once -it --rm --image=busybox --restart=Never -- sh"),
    );
    await until(/try pressing enter/u);
    type("\r");
    await until(prompt);
    type("echo in $HOSTNAME\r");
    await until(/in once\r\n/u);
    type("exit 5\r");
    const seen = await until(/pod default\/once terminated \(Error\)/u);
    expect(await ended).toBe(5);
    expect(seen).not.toContain("falling back");
    expect((await on.kubectl.run(wordsOf("get pod once"))).stderr).toContain('pods "once" not found');
  });

  test("run -i feeds a program and prints what it says", async () => {
    const args = wordsOf("run -i --rm count --image=busybox --restart=Never -q -- wc -c");
    expect((await on.run(args, { stdin: "x".repeat(100_000) })).trim()).toBe("100000");
  });

  test("a container that has ended cannot be attached to; kubectl falls back to its log", async () => {
    await on.cluster.apply(podManifest("gone", { restartPolicy: "Never", ...shell("echo done") }));
    await on.until("get pod gone", /Completed/u);
    expect((await on.kubectl.run(wordsOf("attach gone"))).stderr).toContain(
      "cannot attach a container in a completed pod; current phase is Succeeded",
    );
  });

  test("debug -it --target sees the processes and files of its target", async () => {
    await on.cluster.apply(podManifest("patient", shell("echo secret > /treasure; sleep 1000; true")));
    await on.run("wait pod patient --for=condition=Ready");
    const words = wordsOf("debug patient -it --image=busybox --target=main --profile=general -- sh");
    const { type, until, ended } = on.kubectl.converse(words);
    await until(/Targeting container "main"/u);
    type("\r");
    await until(prompt);
    type("ps\r");
    expect(await until(prompt)).toMatch(
      / 1 root +0:00 sh -c echo secret[^\n]*\n[\s\S]* sleep 1000\n[\s\S]* sh\n[\s\S]* ps\n/u,
    );
    type("cat /proc/1/root/treasure\r");
    await until(/\nsecret\r\n/u);
    type("exit\r");
    expect(await ended).toBe(0);
    expect(
      await on.run([
        "get",
        "pod",
        "patient",
        "-o",
        "jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}",
      ]),
    ).toBe("0");
  });

  test("debug copies a pod with another command", async () => {
    await on.run(["debug", "traps", "--copy-to=copy", "--container=main", "--profile=general", "--", "sleep", "1d"]);
    await on.run("wait pod copy --for=condition=Ready");
    expect(await on.run("exec copy -- ps")).toContain("sleep 1d");
  });

  test("debug of a node runs on that node, in its network, with its files", async () => {
    const { type, until, ended } = on.kubectl.converse(
      wordsOf("debug node/picokube-worker -it --image=busybox --profile=general -- sh"),
    );
    await until(
      /Creating debugging pod node-debugger-picokube-worker-\w+ with container debugger on node picokube-worker/u,
    );
    type("\r");
    await until(prompt);
    type("hostname; ls /host; touch /host/tmp/mark\r");
    expect(await until(/picokube-worker\r\n[\s\S]*# /u)).toMatch(/\bopt +root\b/u);
    type("chroot /host\r");
    await until(prompt);
    type("ls /tmp; head -1 /etc/os-release; ps > /dev/null && exit\r");
    expect(await until(/mark\r\n[\s\S]*PRETTY_NAME="Debian[^\n]*\r\n[\s\S]*# /u)).not.toContain("host");
    type("exit\r");
    expect(await ended).toBe(0);
  });
});

describe.skipIf(missing)("how containers end", () => {
  test("a trap says goodbye within the grace period", async () => {
    const following = on.kubectl.start(wordsOf("logs -f traps"));
    let seen = "";
    const ended = new Promise((resolve) => following.on("close", resolve));
    await new Promise<void>((resolve) => {
      following.stdout?.on("data", (chunk: Buffer) => {
        seen += chunk.toString();
        resolve();
      });
    });
    await on.run("delete pod traps");
    await ended;
    expect(seen).toBe("up\nbye\n");
  });

  test("kill -9 1 from inside restarts the container, as a plain kill of a server does", async () => {
    await on.ready(podManifest("web", { containers: [{ name: "main", image: "nginx" }] }), "web");
    const killed = await on.kubectl.run(wordsOf("exec web -- sh -c").concat("kill -9 1; sleep 5"));
    expect(killed.code).toBe(137);
    await on.until("get pod web", /1\/1 +Running +1 \(/u);
    const last = "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}";
    expect(await on.run(["get", "pod", "web", "-o", last])).toBe("137");
  });
});
