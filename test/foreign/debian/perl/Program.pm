# The names of the environment and the lines that test/foreign/run-client.ts reads.
package Program;
use strict;
use warnings;
use Digest::SHA qw(sha256_base64);
use Exporter 'import';
use JSON ();
our @EXPORT = qw(open_page finish pkce);

$| = 1;

# Sends the browser off and returns where it came back.
sub open_page {
    my ($address) = @_;
    print "open $address\n";
    chomp(my $back = <STDIN>);
    return $back;
}

# Returns a verifier and its challenge.
sub pkce {
    my $verifier = join '', map { ('a' .. 'z', 0 .. 9)[rand 36] } 1 .. 64;
    (my $challenge = sha256_base64($verifier)) =~ tr{+/}{-_};
    return ($verifier, $challenge);
}

# Says who the user is that the module signed in.
sub finish {
    my ($module, $username) = @_;
    my %found = (version => $module->VERSION . '', username => $username);
    print 'result ', JSON->new->encode(\%found), "\n";
    exit;
}

1;
