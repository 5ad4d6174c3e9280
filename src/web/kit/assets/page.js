// What a browser with JavaScript adds to a page: the visitor's time zone, buttons that copy,
// passwords that can be read, and the press of a button that leads back to an application. Every
// page works without it.
const { lang } = document.documentElement;
const { dataset } = document.body;

const SHOWN = {
  day: { dateStyle: "medium" },
  minute: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  second: {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  },
};

for (const time of document.querySelectorAll("time[data-shown]")) {
  const { shown } = time.dataset;
  const zone = shown === "day" ? {} : { hourCycle: "h23", timeZoneName: "short" };
  const write = (form) => new Intl.DateTimeFormat(lang, form).format(new Date(time.dateTime));
  if (shown === "ago") time.title = write({ ...SHOWN.second, hourCycle: "h23" });
  else time.textContent = write({ ...SHOWN[shown], ...zone });
}

const button = (text) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "tool";
  made.textContent = text;
  return made;
};

for (const text of document.querySelectorAll("pre")) {
  if (!navigator.clipboard) break;
  const copy = button(dataset.copy);
  copy.setAttribute("aria-live", "polite");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    copy.textContent = dataset.copied;
    setTimeout(() => (copy.textContent = dataset.copy), 2000);
  });
  text.after(copy);
}

for (const input of document.querySelectorAll("input[type=password]")) {
  const show = button(dataset.show);
  show.setAttribute("aria-controls", input.id);
  show.setAttribute("aria-pressed", "false");
  const turn = (isShown) => {
    input.type = isShown ? "text" : "password";
    show.setAttribute("aria-pressed", String(isShown));
  };
  show.addEventListener("click", () => turn(input.type === "password"));
  // A shown password must not be kept as a text that was written before.
  input.form?.addEventListener("submit", () => turn(false));
  input.after(show);
}

document.querySelector("form[data-send]")?.requestSubmit();
