use strict;
use warnings;
use utf8;
use Encode qw(encode_utf8);
use FindBin;
use lib $FindBin::Bin;
use JSON ();
use LWP::UserAgent;
use Program;

my ($url, $user) = @ENV{qw(LATCHKEY_URL NEW_USER)};
my $password = encode_utf8('secret 1 ü');
my %fields = (AccID => "of-$user", Email => "$user\@example.com", Password => $password);
my %more = (UserID => $user, Bundle => 'com.example', OSInt => 0, GAID => 'd');
my $agent = LWP::UserAgent->new;
my $json = JSON->new;
my $created = $agent->post("$url/user/create", {%fields, %more});
my $entered = $agent->post("$url/user/login", [%fields], Content_Type => 'form-data');
die $created->as_string, $entered->as_string unless $entered->content =~ /Login successful/;
my $session = $agent->post(
    "$url/v1/sessions",
    Content_Type => 'application/json',
    Content => $json->utf8->encode({username => $user, password => 'secret 1 ü'}),
);
my $token = $json->decode($session->content)->{accessToken};
my $me = $agent->get("$url/v1/users/me", Authorization => "Bearer $token");
finish('LWP::UserAgent', $json->decode($me->content)->{user}{username});
