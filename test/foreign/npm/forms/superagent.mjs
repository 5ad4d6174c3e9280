import superagent from "superagent";
import { run } from "./flow.mjs";

await run("superagent", {
  form: async (to, fields) => (await superagent.post(to).type("form").send(fields)).body,
  multipart: async (to, fields) => (await superagent.post(to).field(fields)).body,
  json: async (to, value) => (await superagent.post(to).send(value)).body,
  get: async (from, token) => (await superagent.get(from).auth(token, { type: "bearer" })).body,
});
