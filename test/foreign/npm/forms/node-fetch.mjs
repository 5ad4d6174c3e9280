import fetch, { FormData } from "node-fetch";
import { run } from "./flow.mjs";

const formData = (fields) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};
const post = async (to, body, headers = {}) =>
  (await fetch(to, { method: "POST", body, headers })).json();
await run("node-fetch", {
  form: (to, fields) => post(to, new URLSearchParams(fields)),
  multipart: (to, fields) => post(to, formData(fields)),
  json: (to, value) => post(to, JSON.stringify(value), { "Content-Type": "application/json" }),
  get: async (from, token) =>
    (await fetch(from, { headers: { Authorization: `Bearer ${token}` } })).json(),
});
