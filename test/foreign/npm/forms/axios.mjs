import axios from "axios";
import { run } from "./flow.mjs";

await run("axios", {
  form: async (to, fields) => (await axios.post(to, new URLSearchParams(fields))).data,
  multipart: async (to, fields) => (await axios.postForm(to, fields)).data,
  json: async (to, value) => (await axios.post(to, value)).data,
  get: async (from, token) =>
    (await axios.get(from, { headers: { Authorization: `Bearer ${token}` } })).data,
});
