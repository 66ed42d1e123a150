using System.Net;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Terminal.Database;
using PgOAuth.Samples.Terminal.Serving;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>The steps of the tour, in order.</summary>
internal sealed class TourSteps
{
    private const string WhoAmI = "select current_user, session_user, current_setting('pgoauth.sub')";
    private const string MyOrders = "select count(*), string_agg(distinct owner, ',') from orders";
    private const string Insert = "insert into orders (product, quantity) values (1, 2)";
    private const string Sleep = "select pg_sleep(60)";

    private readonly ISqlClient _client;
    private readonly DevelopmentIssuer _issuer;
    private readonly SqlLogin _alice;
    private readonly SqlLogin _bob;
    private readonly SqlLogin _carol;
    private readonly SleepWatch _sleeping;

    public TourSteps(ISqlClient client, ServeEnvironment environment, IPEndPoint proxy)
    {
        var database = environment.Database!;
        _client = client;
        _issuer = environment.Issuer!;
        _sleeping = new SleepWatch(database.SuperuserConnectionString);
        _alice = new SqlLogin(proxy, environment.Certificate!.AuthorityPath, database.Service.Database, DemoSql.ReadingRole, Token("alice"));
        _bob = _alice with { User = DemoSql.WritingRole, Token = Token("bob") };
        _carol = _alice with { Token = Token("carol") };
    }

    public IEnumerable<TourStep> All()
    {
        yield return Allowed("alice is in the group analysts: her token makes her the role analyst.", "alice", _alice, WhoAmI, "analyst|pgoauth_service|alice");
        yield return Allowed("bob is in the group engineers: his token makes him the role engineer.", "bob", _bob, WhoAmI, "engineer|pgoauth_service|bob");
        yield return Refused("carol's token is genuine, but no group of hers maps to a role.", "carol", _carol, WhoAmI, "the access token does not give the role \"analyst\"");
        yield return Refused("alice asks for bob's role.", "alice", _alice with { User = DemoSql.WritingRole }, WhoAmI, "the access token does not give the role \"engineer\"");
        yield return Allowed("A row security policy reads the token's subject: alice sees her orders…", "alice", _alice, MyOrders, "2|alice");
        yield return Allowed("…and bob his, with the same statement.", "bob", _bob, MyOrders, "3|bob");
        yield return Allowed("bob's role may write; the new row is his.", "bob", _bob, Insert + " returning owner", "bob");
        yield return Refused("alice's scope db:read does not allow that: each statement is judged by the token's scopes…", "alice", _alice, Insert, "the access token does not allow insert on column product of public.orders");
        yield return Refused("…and by the columns that they give: what the shop pays is not among them…", "alice", _alice, "select name from products order by cost", "the access token does not allow select on column cost of public.products");
        yield return Allowed("…but the rest of the table is.", "alice", _alice, "select count(*), max(price) from products", "3|7.90");
        yield return Refused("A scope does not widen the role: PostgreSQL's own rights hold as ever.", "alice, with db:write,", _alice with { Token = WritersToken() }, Insert, "permission denied for table orders");
        yield return Refused("Nobody can talk the session out of its role…", "alice", _alice, "set role engineer", "the role of this session is fixed by the access token");
        yield return Refused("…or change what the token says.", "alice", _alice, "select set_config('pgoauth.sub', 'bob', false)", "is not available in this session");
        yield return Refused("A token that has expired.", "alice", _alice with { Token = ExpiredToken() }, WhoAmI, "the access token has expired");
        yield return Refused("carol forges: her own token with the group engineers put into it.", "carol", _bob with { Token = ForgedToken.WithGroup(_carol.Token, "engineers") }, WhoAmI, "the access token was not accepted");
        yield return Refused("A token never travels in clear.", "alice, without TLS,", _alice with { AuthorityPath = null }, WhoAmI, "access tokens are accepted over TLS only");
        yield return new TourStep(
            "Ctrl+C: the cancel request passes the proxy and ends the statement on the server.",
            Prompt("alice", _alice, Sleep + "   -- and Ctrl+C"),
            CancelAsync,
            false,
            "canceling statement due to user request") { Outcome = "cancelled" };
        yield return new TourStep(
            "A client without a token is told where to get one (OAUTHBEARER, as in PostgreSQL 18).",
            "OAUTHBEARER without a token",
            cancellationToken => DiscoveryProbe.AskAsync(_alice, cancellationToken),
            true,
            _issuer.MetadataAddress) { Outcome = "answered" };
    }

    private string Token(string person)
    {
        return _issuer.IssueToken(DevelopmentPerson.Find(person)!);
    }

    private string WritersToken()
    {
        return _issuer.IssueToken(DevelopmentTokenRequest.For(DevelopmentPerson.Find("alice")!) with { Scopes = ["db:read", "db:write"] });
    }

    private string ExpiredToken()
    {
        return _issuer.IssueToken(DevelopmentTokenRequest.For(DevelopmentPerson.Find("alice")!) with { IssuedAtOffset = TimeSpan.FromHours(-2) });
    }

    private TourStep Allowed(string title, string person, SqlLogin login, string sql, string expected)
    {
        return new TourStep(title, Prompt(person, login, sql), cancellationToken => _client.RunAsync(login, sql, null, cancellationToken), true, expected);
    }

    private TourStep Refused(string title, string person, SqlLogin login, string sql, string expected)
    {
        return new TourStep(title, Prompt(person, login, sql), cancellationToken => _client.RunAsync(login, sql, null, cancellationToken), false, expected);
    }

    private async Task<SqlAnswer> CancelAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.RunAsync(_alice, Sleep, _sleeping.WaitForAsync(1, cancellationToken), cancellationToken);
        await _sleeping.WaitForAsync(0, cancellationToken);
        return answer;
    }

    private static string Prompt(string person, SqlLogin login, string sql)
    {
        return $"{person} as {login.User}: {sql}";
    }
}
