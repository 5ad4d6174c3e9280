// Apache HttpClient 4 of Debian, with the entities that its tutorial has.
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.http.HttpEntity;
import org.apache.http.client.entity.UrlEncodedFormEntity;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.entity.mime.MultipartEntityBuilder;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.message.BasicNameValuePair;
import org.apache.http.util.EntityUtils;

public class ApacheHttpClient {
  static final String URL = System.getenv("LATCHKEY_URL");
  static final CloseableHttpClient CLIENT = HttpClients.createDefault();

  static String send(HttpUriRequest request, String field) throws Exception {
    String body = EntityUtils.toString(CLIENT.execute(request).getEntity());
    Matcher found = Pattern.compile("\"" + field + "\": *\"([^\"]*)\"").matcher(body);
    if (!found.find()) throw new IllegalStateException(body);
    return found.group(1);
  }

  static String post(String path, HttpEntity entity, String field) throws Exception {
    HttpPost request = new HttpPost(URL + path);
    request.setEntity(entity);
    return send(request, field);
  }

  public static void main(String[] words) throws Exception {
    String user = System.getenv("NEW_USER");
    // Without a charset it sends ISO-8859-1 and doesn't name it; parts name it by default.
    String password = "secret 1 ü";
    post(
        "/user/create",
        new UrlEncodedFormEntity(
            List.of(
                new BasicNameValuePair("AccID", "of-" + user),
                new BasicNameValuePair("Email", user + "@example.com"),
                new BasicNameValuePair("Password", password),
                new BasicNameValuePair("UserID", user),
                new BasicNameValuePair("Bundle", "com.example"),
                new BasicNameValuePair("OSInt", "0"),
                new BasicNameValuePair("GAID", "d")),
            StandardCharsets.ISO_8859_1),
        "token");
    HttpEntity parts =
        MultipartEntityBuilder.create()
            .addTextBody("AccID", "of-" + user)
            .addTextBody("Email", user + "@example.com")
            .addTextBody("Password", password)
            .build();
    post("/user/login", parts, "token");
    String json = "{\"username\": \"" + user + "\", \"password\": \"" + password + "\"}";
    String token =
        post("/v1/sessions", new StringEntity(json, ContentType.APPLICATION_JSON), "accessToken");
    HttpGet me = new HttpGet(URL + "/v1/users/me");
    me.setHeader("Authorization", "Bearer " + token);
    System.out.printf(
        "result {\"version\": \"%s\", \"username\": \"%s\"}%n",
        System.getenv("PACKAGE_VERSION"), send(me, "username"));
  }
}
