import { expect, test } from "vitest";
import { readDatabaseUrl } from "../../src/config/database-url.ts";

test("a database URL may name the hosts of a cluster, the preferred one first", () => {
  const of = (text: string) => readDatabaseUrl(text);
  expect(of("mysql://u:p%40,@db1,[2001:db8::2]:3307,db3:3306/x?ssl=required")).toEqual({
    address: {
      url: "mysql://u:p%40,@db1/x",
      otherUrls: ["mysql://u:p%40,@[2001:db8::2]:3307/x", "mysql://u:p%40,@db3:3306/x"],
      tls: { mode: "required" },
    },
  });
  // An @ that isn't encoded belongs to the password, and so does a comma before it.
  expect(of("mysql://u:a,b@c@db1,db2/x")).toEqual({
    address: {
      url: "mysql://u:a,b%40c@db1/x",
      otherUrls: ["mysql://u:a,b%40c@db2/x"],
    },
  });
  expect(of("mysql://u:a,b@db1/x")).toEqual({ address: { url: "mysql://u:a,b@db1/x" } });
});

test.each([
  ["db1,,db2/x", ["has a comma without a host"]],
  ["db1,db2,/x", ["has a comma without a host"]],
  ["db1,DB1:3306/x", ["names a host more than once"]],
  ["db1:03306,db1/x", ["names a host more than once"]],
  ["[::1],[0:0:0:0:0:0:0:1]/x", ["names a host more than once"]],
  ["db1:0,db2/x", ["names a host that is none: write host:port, or [address]:port for IPv6"]],
  ["db1, db2/x", ["names a host that is none: write host:port, or [address]:port for IPv6"]],
  [
    `${Array.from({ length: 10 }, (_, index) => `db${index}`).join()}/x`,
    ["names more than 9 hosts"],
  ],
  ["db1:99999,db2/x", ["names a host that is none: write host:port, or [address]:port for IPv6"]],
  ["2001:db8::1,db2/x", ["names a host that is none: write host:port, or [address]:port for IPv6"]],
  ["db1,db2", ["names no database"]],
  ["db1,db2/x?socketPath=/s", ["has socketPath and more than one host"]],
  ["db1,db2/x?sslMode=required", ["has the unknown parameter sslMode: write ssl"]],
  [
    "db1,10.0.0.2/x?ssl=verify-full",
    [
      "needs the host's name for ssl=verify-full: " +
        "write the name that the certificate has, or ssl=verify-ca",
    ],
  ],
])("the error about the hosts %s names what is wrong, once", (rest, problems) => {
  expect(readDatabaseUrl(`mysql://u:hunter2@${rest}`)).toEqual({ problems });
});

const UNENCODED =
  "holds a /, ? or # before an @: write %2F, %3F or %23 for it in a password, " +
  "and %40 for an @ anywhere else";

// Without it, "hunter2" would be a host, a database or a parameter, and messages name those.
test.each([
  "mysql://u:12/hunter2@db1,db2/x",
  "mysql://u:12?hunter2@db1,db2/x",
  "mysql://u:12#hunter2@db1,db2/x",
  "mysql://u:a@hunter2/b@db1,db2/x",
  "mysql://u:a@b?hunter2&c@db1,db2/x",
  "mysql://u:a@b/c?hunter2&d@db1,db2/x",
  "mysql://u:12/hunter2@db1/x",
  "mysql://u:12?ca=hunter2@db1/x",
])("a password that isn't encoded is no part of the error: %s", (text) => {
  expect(readDatabaseUrl(text)).toEqual({ problems: [UNENCODED] });
});

test("an @ in the name of a file is none of a password", () => {
  expect(readDatabaseUrl("mysql://u:p@/x?socketPath=/run/a@b")).toEqual({
    address: { url: "mysql://u:p@localhost/x", socketPath: "/run/a@b" },
  });
});

test.each(["mysql://u:%ff@db1,db2/x", "mysql://u:%ff@db1/x", "mysql://%c3:%a9@db1/x"])(
  "what is no text after decoding is refused at once: %s",
  (text) => {
    expect(readDatabaseUrl(text)).toEqual({
      problems: ["holds a % that must be written as %25"],
    });
  },
);

test("a server has a port", () => {
  expect(readDatabaseUrl("mysql://u:p@db:0/x")).toEqual({
    problems: ["names the port 0, which is none"],
  });
});
