using System.CommandLine;
using Microsoft.Extensions.Logging;
using PgOAuth.Options;
using PgOAuth.Samples.Terminal.Serving;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary>The options of <c>serve</c>, which the root command takes too.</summary>
internal sealed class ServeOptions
{
    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Where to listen. Port 0 takes a free one. Default: 127.0.0.1:6432",
        HelpName = "HOST:PORT",
        CustomParser = static result => Arguments.Parse(result, Arguments.ListenAddress),
    };

    private readonly Option<UpstreamAddress?> _upstream = new("--upstream")
    {
        Description = "The PostgreSQL server and the service login of AssumeRole mode, as an Npgsql connection string. Default: an embedded server",
        HelpName = "\"Host=…;Port=…;Username=…;Password=…;Database=…\"",
        CustomParser = static result => Arguments.Parse(result, UpstreamAddress.Parse),
    };

    private readonly Option<string?> _issuer = new("--issuer")
    {
        Description = "The issuer whose tokens are accepted; needs --audience. Default: the development issuer",
        HelpName = "URL",
        CustomParser = static result => Arguments.Parse(result, Arguments.IssuerUrl),
    };

    private readonly Option<string?> _audience = new("--audience")
    {
        Description = "The audience that tokens must be for. Default, with the development issuer: postgres",
        HelpName = "A",
    };

    private readonly Option<RoleMapOptions[]> _map = new("--map")
    {
        Description = "Tokens whose claim holds the value become the role; repeatable. Default, with the embedded server: "
            + "groups=analysts:analyst and groups=engineers:engineer",
        HelpName = "CLAIM=VALUE:ROLE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = static result => Arguments.ParseAll(result, Arguments.RoleMap),
    };

    private readonly Option<string[]> _requireScope = new("--require-scope")
    {
        Description = "A scope every token must have; repeatable. Default: none",
        HelpName = "S",
    };

    private readonly Option<bool> _plaintext = new("--plaintext")
    {
        Description = "Accept tokens without TLS, and an issuer over http. On loopback only; for measuring",
    };

    private readonly Option<TokenExchange?> _exchange = new("--exchange")
    {
        Description = "How clients hand over the token: password, oauthbearer, or both (password unless the client's options hold "
            + "-c pgoauth.exchange=oauthbearer). Default: both",
        HelpName = "password|oauthbearer|both",
        CustomParser = static result => Arguments.Parse(result, Arguments.Exchange),
    };

    private readonly Option<TransportKind?> _transport = new("--transport")
    {
        Description = "What moves the bytes: readiness loops (Linux), .NET's sockets, or the best the system has. Default: auto",
        HelpName = "auto|loop|socket",
        CustomParser = static result => Arguments.Parse(result, Arguments.Transport),
    };

    private readonly Option<int?> _loops = new("--loops")
    {
        Description = "Event loops. Default: as many as there are cores",
        HelpName = "N",
        CustomParser = static result => Arguments.Parse(result, Arguments.Count),
    };

    private readonly Option<PoolMode?> _pool = new("--pool")
    {
        Description = "How long a session keeps a server connection: it has one of its own, until it ends, or until its transaction ends. Default: none",
        HelpName = "none|session|transaction",
        CustomParser = static result => Arguments.Parse(result, Arguments.Pool),
    };

    private readonly Option<int?> _poolSize = new("--pool-size")
    {
        Description = "Server connections of one pool. Default: 20",
        HelpName = "N",
        CustomParser = static result => Arguments.Parse(result, Arguments.Count),
    };

    private readonly Option<int?> _maxConnections = new("--max-connections")
    {
        Description = "Client connections at once, from one address too, and twice as many that have not logged in yet; for measuring. "
            + "Default: the limits of the configuration",
        HelpName = "N",
        CustomParser = static result => Arguments.Parse(result, Arguments.Count),
    };

    private readonly Option<GateMode?> _gate = new("--gate")
    {
        Description = "The statement gate: off, judge and let pass, or refuse what the policy does not allow. Default: enforce with --policy, else off",
        HelpName = "off|observe|enforce",
        CustomParser = static result => Arguments.Parse(result, Arguments.Gate),
    };

    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "A JSON file with what scopes allow, read again when it changes. Default, with the embedded server and --gate: demo-policy.json of this program",
        HelpName = "FILE",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "A JSON file with the section \"PgOAuth\"; what the command line says wins",
        HelpName = "FILE",
    };

    private readonly Option<LogLevel> _log = new("--log")
    {
        Description = "What to log on the error output. Default: Information, which includes a line for every connection",
        HelpName = "None|Warning|Information|Debug",
        DefaultValueFactory = static _ => LogLevel.Information,
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _listen, _upstream, _issuer, _audience, _map, _requireScope, _plaintext, _exchange,
            _transport, _loops, _pool, _poolSize, _maxConnections, _gate, _policy, _config, _log,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Those that say what the policy is and where its names are looked up.</summary>
    public void AddPolicyTo(Command command)
    {
        foreach (var option in new Option[] { _policy, _upstream, _map, _config })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads what <see cref="AddPolicyTo"/> added.</summary>
    public ServeSettings ReadPolicy(ParseResult parsed)
    {
        return new ServeSettings
        {
            Upstream = parsed.GetValue(_upstream),
            Maps = parsed.GetValue(_map) ?? [],
            Policy = parsed.GetValue(_policy),
            Config = parsed.GetValue(_config),
        };
    }

    public ServeSettings Read(ParseResult parsed)
    {
        return new ServeSettings
        {
            Listen = parsed.GetValue(_listen),
            Upstream = parsed.GetValue(_upstream),
            Issuer = parsed.GetValue(_issuer),
            Audience = parsed.GetValue(_audience),
            Maps = parsed.GetValue(_map) ?? [],
            RequiredScopes = parsed.GetValue(_requireScope) ?? [],
            Plaintext = parsed.GetValue(_plaintext),
            Exchange = parsed.GetValue(_exchange),
            Transport = parsed.GetValue(_transport),
            Loops = parsed.GetValue(_loops),
            Pool = parsed.GetValue(_pool),
            PoolSize = parsed.GetValue(_poolSize),
            MaxConnections = parsed.GetValue(_maxConnections),
            Gate = parsed.GetValue(_gate),
            Policy = parsed.GetValue(_policy),
            Config = parsed.GetValue(_config),
            Log = parsed.GetValue(_log),
        };
    }
}
