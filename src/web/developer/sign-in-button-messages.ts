// The texts of the button that developers paste into their pages, and of the page that gives it to
// them.
import type { Translations } from "../kit/language.ts";

interface Messages {
  /** On the button itself. */
  readonly label: string;
  readonly title: string;
  readonly why: string;
  readonly standard: string;
  readonly standardWhy: string;
  readonly documentedWhy: string;
  readonly code: string;
}

export const signInButtonMessages: Translations<Messages> = {
  en: {
    label: "Sign in with Latchkey",
    title: "Sign-in button",
    why: "Paste it into your page: it needs no style sheet, no script and no picture. One click on the code selects it.",
    standard: "OAuth 2.0",
    standardWhy:
      "It leads to your own server, which makes a new state and code challenge for each visitor and sends the browser on: see the code. Put the right address there.",
    documentedWhy:
      "It leads straight to the sign-in of this API. If your server checks a state, add it to the address for each visitor.",
    code: "Code",
  },
  ru: {
    label: "Войти через Latchkey",
    title: "Кнопка входа",
    why: "Вставьте её в свою страницу: ей не нужны ни стили, ни скрипты, ни картинки. Код выделяется одним щелчком.",
    standard: "OAuth 2.0",
    standardWhy:
      "Она ведёт на ваш сервер, который для каждого посетителя создаёт новые state и code challenge и отправляет браузер дальше: смотрите «Код». Укажите правильный адрес.",
    documentedWhy:
      "Она ведёт прямо ко входу этого API. Если ваш сервер проверяет state, добавляйте его к адресу для каждого посетителя.",
    code: "Код",
  },
  zh: {
    label: "使用 Latchkey 登录",
    title: "登录按钮",
    why: "粘贴到您的页面即可：无需样式表、脚本或图片。单击代码即可全选。",
    standard: "OAuth 2.0",
    standardWhy:
      "它指向您自己的服务器，由服务器为每位访客生成新的 state 和 code challenge 并跳转，参见“代码”。请填写正确的地址。",
    documentedWhy:
      "它直接指向此 API 的登录页。如果您的服务器校验 state，请为每位访客把它加到地址中。",
    code: "代码",
  },
};
