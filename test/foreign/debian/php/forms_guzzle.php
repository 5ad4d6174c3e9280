<?php
require '/usr/share/php/GuzzleHttp/autoload.php';

$client = new GuzzleHttp\Client(['base_uri' => getenv('LATCHKEY_URL')]);
$json = fn ($response) => json_decode($response->getBody(), true, 16, JSON_THROW_ON_ERROR);
$user = getenv('NEW_USER');
$fields = ['AccID' => "of-$user", 'Email' => "$user@example.com", 'Password' => 'secret 1 ü'];
$more = ['UserID' => $user, 'Bundle' => 'com.example', 'OSInt' => 0, 'GAID' => 'd'];
$client->post('/user/create', ['form_params' => $fields + $more]);
$parts = [];
foreach ($fields as $name => $contents) {
    $parts[] = ['name' => $name, 'contents' => $contents];
}
$client->post('/user/login', ['multipart' => $parts]);
$session = $json($client->post('/v1/sessions', [
    'json' => ['username' => $user, 'password' => 'secret 1 ü'],
]));
$headers = ['Authorization' => 'Bearer ' . $session['accessToken']];
$me = $json($client->get('/v1/users/me', ['headers' => $headers]));
preg_match('/Version: (\d+(\.\d+)+)/', shell_exec('dpkg -s php-guzzlehttp-guzzle'), $version);
echo 'result ', json_encode(['version' => $version[1], 'username' => $me['user']['username']]), "\n";
