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
