import { FormData, request } from "undici";
import { run } from "./flow.mjs";

const formData = (fields) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};
const post = async (to, body, headers = {}) =>
  (await request(to, { method: "POST", body, headers })).body.json();
await run("undici", {
  form: (to, fields) =>
    post(to, new URLSearchParams(fields).toString(), {
      "content-type": "application/x-www-form-urlencoded",
    }),
  multipart: (to, fields) => post(to, formData(fields)),
  json: (to, value) => post(to, JSON.stringify(value), { "content-type": "application/json" }),
  get: async (from, token) =>
    (await request(from, { headers: { authorization: `Bearer ${token}` } })).body.json(),
});
