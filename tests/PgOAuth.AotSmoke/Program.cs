using PgOAuth.Testing.Authentication;
using PgOAuth.Testing.EndToEnd;
using PgOAuth.Testing.Relay;

// A proxy as a trimmed or native host has it: keys fetched over HTTP, a login under TLS, a statement, and a refusal.
var conversation = RelayConversation.Extended;
await using var deployment = await ScriptedDeployment.StartAsync(conversation, tls: true);

var (good, refused) = deployment.LogIn(deployment.Issuer.Token());
using (good)
{
    Insist(refused is null, $"A good token logs in (refused with {refused}).");
    Insist(good.RoundTrip(conversation.Request, conversation.Reply.Length).SequenceEqual(conversation.Reply), "A statement gets its reply.");
    good.LogOut();
}

var (forged, refusal) = deployment.LogIn(deployment.Issuer.Token(TestKey.Rsa2));
using (forged)
{
    Insist(refusal == "28000", $"A forged token is refused with 28000 (got {refusal ?? "a session"}).");
}

Console.WriteLine("smoke passed");
return 0;

static void Insist(bool condition, string what)
{
    if (!condition)
    {
        throw new InvalidOperationException(what);
    }
}
