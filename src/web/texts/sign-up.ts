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
  readonly nameAlike: string;
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
    nameInvalid: "A name is made of what can be seen, with single spaces between, and has no @.",
    nameTaken: "Somebody else has this name. Choose another one.",
    nameAlike: "This name looks like another user’s. Choose another one.",
    passwordWrong: { short: "This password is too short: 8 characters at least.", long: "This password is too long.", common: "This password is among the first that are tried: a common word, a row of keys or a repeat, with little more. Choose another one.", personal: "This password is your address, your name or ours. Choose another one." },
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
    nameInvalid: "Имя состоит из видимых знаков, между которыми бывают одиночные пробелы, без знака @.",
    nameTaken: "Это имя занято. Выберите другое.",
    nameAlike: "Это имя не отличить на вид от имени другого пользователя. Выберите другое.",
    passwordWrong: { short: "Пароль слишком короткий: нужно не меньше 8 символов.", long: "Пароль слишком длинный.", common: "Этот пароль подбирают одним из первых: частое слово, ряд клавиш или повтор и мало чего ещё. Придумайте другой.", personal: "Этот пароль — ваш адрес, ваше имя или название сервиса. Придумайте другой." },
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
    nameInvalid: "用户名只能由可见的字符组成，中间可以有单个空格，且不能包含 @。",
    nameTaken: "该用户名已被使用，请换一个。",
    nameAlike: "该用户名看起来和其他用户的名字一样，请换一个。",
    passwordWrong: { short: "密码太短，至少需要 8 个字符。", long: "密码太长。", common: "这个密码太常见（常用词、键盘顺序或重复字符），容易被猜到，请换一个。", personal: "密码不能是您的邮箱、用户名或本服务的名称，请换一个。" },
  },
};
