// The texts of registration.
import type { PasswordRule } from "../../domain/passwords.ts";
import type { Translations } from "../language.ts";

interface Texts {
  readonly title: string;
  readonly email: string;
  readonly name: string;
  readonly nameHint: string;
  readonly password: string;
  readonly passwordHint: string;
  readonly signUp: string;
  readonly haveAccount: string;
  readonly signIn: string;
  readonly emailInvalid: string;
  readonly nameInvalid: string;
  readonly nameTaken: string;
  readonly passwordWrong: Readonly<Record<PasswordRule, string>>;
}

export const signUpTexts: Translations<Texts> = {
  en: {
    title: "Create an account",
    email: "E-mail",
    name: "User name",
    nameHint: "How others see you. Without @.",
    password: "Password",
    passwordHint: "At least 8 characters. A few words are better than a few signs.",
    signUp: "Create account",
    haveAccount: "Have an account already?",
    signIn: "Sign in",
    emailInvalid: "This is not an e-mail address.",
    nameInvalid: "A name needs at least one letter or digit and no @.",
    nameTaken: "Somebody else has this name. Choose another one.",
    passwordWrong: { short: "This password is too short: 8 characters at least.", long: "This password is too long.", common: "This password is among the first that are tried. Choose another one.", personal: "This password is your address, your name or ours. Choose another one." },
  },
  ru: {
    title: "Новый аккаунт",
    email: "Почта",
    name: "Имя пользователя",
    nameHint: "Так вас видят другие. Без знака @.",
    password: "Пароль",
    passwordHint: "Не меньше 8 символов. Несколько слов надёжнее нескольких знаков.",
    signUp: "Создать аккаунт",
    haveAccount: "Уже есть аккаунт?",
    signIn: "Войти",
    emailInvalid: "Это не адрес почты.",
    nameInvalid: "В имени нужна хотя бы одна буква или цифра, без знака @.",
    nameTaken: "Это имя занято. Выберите другое.",
    passwordWrong: { short: "Пароль слишком короткий: нужно не меньше 8 символов.", long: "Пароль слишком длинный.", common: "Этот пароль подбирают одним из первых. Придумайте другой.", personal: "Этот пароль — ваш адрес, ваше имя или название сервиса. Придумайте другой." },
  },
  zh: {
    title: "创建账号",
    email: "邮箱",
    name: "用户名",
    nameHint: "其他人看到的名字，不能包含 @。",
    password: "密码",
    passwordHint: "至少 8 个字符。几个词比几个符号更安全。",
    signUp: "创建账号",
    haveAccount: "已有账号？",
    signIn: "登录",
    emailInvalid: "这不是有效的邮箱地址。",
    nameInvalid: "用户名至少包含一个字母或数字，且不能包含 @。",
    nameTaken: "该用户名已被使用，请换一个。",
    passwordWrong: { short: "密码太短，至少需要 8 个字符。", long: "密码太长。", common: "这个密码太常见，容易被猜到，请换一个。", personal: "密码不能是您的邮箱、用户名或本服务的名称，请换一个。" },
  },
};
