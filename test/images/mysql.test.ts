import { expect, test } from "vitest";

import { mysql } from "../../src/images/databases/mysql.ts";
import { xtrabackup } from "../../src/images/databases/xtrabackup.ts";
import { createPods, type Pod, type Pods } from "./pods.ts";

const env = { MYSQL_ROOT_PASSWORD: "secret", MYSQL_DATABASE: "shop", MYSQL_USER: "ann", MYSQL_PASSWORD: "pw" };

async function started(pods: Pods = createPods(), given: Readonly<Record<string, string>> = env): Promise<Pod> {
  const pod = pods.start(mysql, { env: given, imageName: "mysql:8.0" });
  await pods.clock.advance(100);
  return pod;
}

async function query(pod: Pod, sql: string): Promise<string> {
  const { stdout, stderr } = await pod.exec(["env", "MYSQL_PWD=secret", "mysql", "-uroot", "shop", "-e", sql]);
  return stdout + stderr;
}

test("MySQL keeps rows, finds, changes and counts them", async () => {
  const pod = await started();
  const table = "CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, price INT DEFAULT 5)";
  expect(await query(pod, table)).toBe("");
  const rows =
    "INSERT INTO item (name, price) VALUES ('pen', 2), ('it''s', NULL); INSERT INTO item (name) VALUES ('cup')";
  expect(await query(pod, rows)).toBe("");
  expect(await query(pod, "SELECT * FROM item")).toBe("id\tname\tprice\n1\tpen\t2\n2\tit's\tNULL\n3\tcup\t5\n");
  expect(await query(pod, "SELECT name AS n, price*2 FROM item WHERE price > 1 ORDER BY price DESC LIMIT 1")).toBe(
    "n\tprice*2\ncup\t10\n",
  );
  expect(
    await query(pod, "UPDATE item SET price = price + 1 WHERE name LIKE 'p%'; SELECT SUM(price) FROM shop.item"),
  ).toBe("SUM(price)\n8\n");
  expect(await query(pod, "DELETE FROM item WHERE price IS NULL OR id IN (3); SELECT COUNT(*) FROM item")).toBe(
    "COUNT(*)\n1\n",
  );
  expect(await query(pod, "SHOW DATABASES")).toBe(
    "Database\ninformation_schema\nmysql\nperformance_schema\nshop\nsys\n",
  );
  expect(await query(pod, "DESCRIBE item")).toContain("id\tint\tNO\tPRI\tNULL\tauto_increment\n");
  expect(await query(pod, "SELECT 1, DATABASE(), NOW(), @@hostname")).toMatch(
    /^1\tDATABASE\(\)\tNOW\(\)\t@@hostname\n1\tshop\t2025-01-31 12:00:0\d\tweb\n$/u,
  );
});

test.each([
  ["SELECT * FROM nope", "ERROR 1146 (42S02) at line 1: Table 'shop.nope' doesn't exist\n"],
  ["USE nope", "ERROR 1049 (42000) at line 1: Unknown database 'nope'\n"],
  ["CREATE DATABASE shop", "ERROR 1007 (HY000) at line 1: Can't create database 'shop'; database exists\n"],
  [
    "SELEC 1",
    "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'SELEC 1' at line 1\n",
  ],
  ["SELECT x", "ERROR 1054 (42S22) at line 1: Unknown column 'x' in 'field list'\n"],
  ["GRANT ALL ON *.* TO a", "ERROR 1235 (42000) at line 1: This version of MySQL doesn't yet support 'GRANT'\n"],
  [
    "CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (1)",
    "ERROR 1062 (23000) at line 1: Duplicate entry '1' for key 't.PRIMARY'\n",
  ],
  [`SELECT ${"(".repeat(5000)}`, "ERROR 1153 (08S01) at line 1: Got a packet bigger than 'max_allowed_packet' bytes\n"],
  ["SELECT constructor(), __proto__", "ERROR 1305 (42000) at line 1: FUNCTION constructor does not exist\n"],
])("MySQL answers %s as the real one does", async (sql, answer) => {
  expect(await query(await started(), sql)).toBe(answer);
});

test("MySQL lets in those who know their password", async () => {
  const pods = createPods({ db: ["10.244.0.10"] });
  const pod = await started(pods);
  const other = await started(pods);
  const say = async (from: Pod, ...words: string[]): Promise<string> => {
    const { stdout, stderr } = await from.exec(["mysql", ...words]);
    return stdout + stderr;
  };
  expect(await say(pod, "-e", "SELECT 1")).toBe(
    "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: NO)\n",
  );
  expect(await say(other, "-h", "db", "-uann", "-pno", "-e", "SELECT 1")).toContain(
    "Access denied for user 'ann'@'10.244.0.11' (using password: YES)\n",
  );
  expect(await say(other, "--host=db", "--user=ann", "-ppw", "-N", "-e", "SELECT USER()")).toContain(
    "ann@10.244.0.11\n",
  );
  expect(await say(other, "-hnosuch")).toBe("ERROR 2005 (HY000): Unknown MySQL server host 'nosuch' (-2)\n");
  expect((await pod.exec(["mysqladmin", "ping"])).stdout).toBe("mysqld is alive\n");
});

test("MySQL finds its data again after a restart, and its options in conf.d", async () => {
  const pods = createPods();
  const script =
    "printf '[mysqld]\\nserver-id=102\\nsuper-read-only\\n' > /etc/mysql/conf.d/a.cnf; docker-entrypoint.sh mysqld & sleep 5; kill $!; sleep 1; rm /etc/mysql/conf.d/a.cnf; exec docker-entrypoint.sh mysqld";
  const pod = pods.start(mysql, { env, command: ["bash", "-c", script] });
  await pods.clock.advance(1000);
  expect(await query(pod, "SELECT @@server_id")).toBe("@@server_id\n102\n");
  expect(await query(pod, "CREATE DATABASE x")).toContain("running with the --super-read-only option");
  await pods.clock.advance(7000);
  expect(await query(pod, "CREATE DATABASE x; SHOW DATABASES")).toContain("shop\n");
});

test("at its prompt mysql draws tables and counts rows", async () => {
  const pod = await started(createPods(), { MYSQL_ALLOW_EMPTY_PASSWORD: "1" });
  const { stdout } = await pod.exec(
    ["mysql"],
    "create database a;\ruse a\rcreate table t\r(n int);\rselect 'x' as b,\r2;\rexit\r",
    1000,
  );
  expect(stdout).toContain("Query OK, 1 row affected (0.00 sec)");
  expect(stdout).toContain("Database changed");
  expect(stdout.replaceAll("\r", "")).toContain(
    "+---+---+\n| b | 2 |\n+---+---+\n| x | 2 |\n+---+---+\n1 row in set (0.00 sec)\n",
  );
});

test("a replica begins with a backup, gets each change, and finds its source again", async () => {
  const pods = createPods({ source: ["10.244.0.10"] });
  const source = await started(pods, { MYSQL_ALLOW_EMPTY_PASSWORD: "1", MYSQL_DATABASE: "shop" });
  const replica = await started(pods, { MYSQL_ALLOW_EMPTY_PASSWORD: "1" });
  const say = async (pod: Pod, sql: string): Promise<string> => {
    const { stdout, stderr } = await pod.exec(["mysql", "-N", "-e", sql]);
    return stdout + stderr;
  };
  await say(source, "CREATE TABLE shop.item (name TEXT); INSERT INTO shop.item VALUES ('pen')");
  expect(await say(replica, "START SLAVE")).toContain("ERROR 1200 (HY000)");
  const change =
    "CHANGE MASTER TO MASTER_HOST='source', MASTER_USER='root', MASTER_PASSWORD='', MASTER_CONNECT_RETRY=10";
  expect(await say(replica, `${change}; START SLAVE`)).toBe("");
  await pods.clock.advance(1000);
  expect(await say(replica, "SELECT * FROM shop.item")).toBe("pen\n");
  await say(source, "INSERT INTO shop.item VALUES ('cup')");
  expect(await say(replica, "SELECT COUNT(*) FROM shop.item")).toBe("2\n");
  expect(await say(replica, "SHOW SLAVE STATUS")).toContain("\tYes\tYes\t0\n");
  await say(replica, "STOP SLAVE");
  await say(source, "DELETE FROM shop.item");
  expect(await say(replica, "SELECT COUNT(*) FROM shop.item")).toBe("2\n");
});

test("xtrabackup copies a server's files through ncat", async () => {
  const pods = createPods();
  const tool = pods.start(xtrabackup, {
    command: ["ncat", "--listen", "--keep-open", "3307", "-c", "cat /etc/backup; echo done >&2"],
  });
  await tool.exec(["sh", "-c", `echo '{"ibdata1":"x","mysql/db.opt":"y"}' > /etc/backup`]);
  const copy = "ncat --recv-only 127.0.0.1 3307 | xbstream -x -C /copy && cat /copy/ibdata1 /copy/mysql/db.opt";
  expect(await tool.exec(["sh", "-c", copy])).toMatchObject({ stdout: "xy", exitCode: 0 });
  expect((await tool.exec(["xtrabackup", "--prepare", "--target-dir=/copy"])).stderr).toBe("completed OK!\n");
  expect((await tool.exec(["xtrabackup", "--prepare", "--target-dir=/nope"])).exitCode).toBe(1);
  expect((await tool.exec(["xtrabackup", "--backup"])).stderr).toContain("Failed to connect to MySQL server");
});
