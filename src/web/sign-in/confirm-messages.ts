// The texts of giving the password once more.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly why: (name: string) => string;
  readonly password: string;
  readonly submit: string;
  readonly wrong: string;
}

export const confirmMessages: Translations<Messages> = {
  en: {
    title: "Is it you?",
    why: (name) =>
      `You are signed in as ${name}. Before something important, we ask for your password once more.`,
    password: "Password",
    submit: "Continue",
    wrong: "This is not your password.",
  },
  ru: {
    title: "Это вы?",
    why: (name) => `Вы вошли как ${name}. Перед важным действием мы ещё раз спрашиваем пароль.`,
    password: "Пароль",
    submit: "Продолжить",
    wrong: "Это не ваш пароль.",
  },
  zh: {
    title: "确认是您本人",
    why: (name) => `您当前的账号是 ${name}。进行重要操作前，请再次输入密码。`,
    password: "密码",
    submit: "继续",
    wrong: "密码不正确。",
  },
};
