// The texts of the start page.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly signIn: string;
  readonly signUp: string;
  readonly welcome: (name: string) => string;
  readonly account: string;
  readonly reference: string;
}

export const homeMessages: Translations<Messages> = {
  en: {
    title: "One account",
    what: "Sign in once and use it with every application that trusts this server.",
    signIn: "Sign in",
    signUp: "Create an account",
    welcome: (name) => `Hello, ${name}`,
    account: "Go to your account",
    reference: "For developers: the API",
  },
  ru: {
    title: "Один аккаунт",
    what: "Войдите один раз и пользуйтесь всеми приложениями, которые доверяют этому серверу.",
    signIn: "Войти",
    signUp: "Создать аккаунт",
    welcome: (name) => `Здравствуйте, ${name}`,
    account: "Перейти в аккаунт",
    reference: "Разработчикам: API",
  },
  zh: {
    title: "一个账号",
    what: "登录一次，即可使用所有信任本服务器的应用。",
    signIn: "登录",
    signUp: "创建账号",
    welcome: (name) => `您好，${name}`,
    account: "进入账号",
    reference: "开发者：API",
  },
};
