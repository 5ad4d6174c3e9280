import { test } from "vitest";
import { startServer } from "../server.ts";
import { stores } from "../mariadb.ts";
test("x", async () => {
  const db = await stores[0].empty();
  const s = await startServer(db.options);
  for (const p of ["/", "/sign-in", "/nope", "/oauth2/authorize", "/login/", "/oauth/", "/cabinet/OAuth2authorize?client_id=x"]) {
    const r = await fetch(s.url + p, { headers: { accept: "text/html", "accept-language": "ru;q=0.5, zh-CN" }, redirect: "manual" });
    const t = await r.text();
    console.log(p, r.status, [...r.headers], t.length, p === "/sign-in" ? t : "");
  }
  console.log((await fetch(s.url + "/nope")).status, await (await fetch(s.url + "/nope")).text());
  await s.stop(); await db.remove();
});
