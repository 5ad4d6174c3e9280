import type { Translations } from "../kit/language.ts";

interface Messages {
  /** The text on the button. */
  readonly label: (name: string) => string;
  readonly title: string;
  readonly why: string;
  readonly standard: string;
  readonly standardWhy: string;
  readonly documentedWhy: string;
  readonly code: string;
}

export const signInButtonMessages: Translations<Messages> = {
  en: {
    label: (name) => `Sign in with ${name}`,
    title: "Sign-in button",
    why:
      "Paste this button into your page. It needs no style sheet, script or image. Click " +
      "the code to select it.",
    standard: "OAuth 2.0",
    standardWhy:
      "The button opens your own server, which creates a new state and code challenge for " +
      "each user and redirects the browser. See “Code” for an example. Replace the " +
      "address with your own.",
    documentedWhy:
      "The button opens the sign-in page of this API. If your server checks a state, add " +
      "it to the address for each user.",
    code: "Code",
  },
  ru: {
    label: (name) => `Войти через ${name}`,
    title: "Кнопка входа",
    why:
      "Вставьте кнопку на свою страницу. Ей не нужны стили, скрипты и картинки. Код " +
      "выделяется одним щелчком.",
    standard: "OAuth 2.0",
    standardWhy:
      "Кнопка ведёт на ваш сервер, который для каждого пользователя создаёт новые state и " +
      "code challenge и перенаправляет браузер. Пример — на вкладке «Код». Замените адрес " +
      "на свой.",
    documentedWhy:
      "Кнопка ведёт на страницу входа этого API. Если ваш сервер проверяет state, " +
      "добавляйте его к адресу для каждого пользователя.",
    code: "Код",
  },
  zh: {
    label: (name) => `使用 ${name} 登录`,
    title: "登录按钮",
    why: "将按钮粘贴到您的页面即可，无需样式表、脚本或图片。单击代码即可全选。",
    standard: "OAuth 2.0",
    standardWhy:
      "按钮指向您自己的服务器，由服务器为每位用户生成新的 state 和 code challenge 并重定向" +
      "浏览器，示例见“代码”。请将地址替换为您自己的地址。",
    documentedWhy:
      "按钮指向此 API 的登录页面。如果您的服务器校验 state，请为每位用户将其添加到地址中。",
    code: "代码",
  },
};
