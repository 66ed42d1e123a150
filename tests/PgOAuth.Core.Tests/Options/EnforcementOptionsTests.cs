using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Testing;
using PgOAuth.Transport;
using Xunit;

namespace PgOAuth.Options;

public sealed class EnforcementOptionsTests : IDisposable
{
    private const string Reading = """{ "scopes": { "orders:read": { "allow": [ { "statements": [ "select" ], "relations": [ "sales.*" ] } ] } } }""";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"pgoauth-policy-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Mode_Unsaid_EnforcesOnceThereIsARule()
    {
        var untouched = new EnforcementOptions();
        Assert.Equal(GateMode.Off, untouched.Mode);
        untouched.Policy.Defaults.Metadata = false;
        Assert.Equal(GateMode.Off, untouched.Mode);

        Assert.Equal(GateMode.Enforce, With(static options => options.PolicyFile = "policy.json").Mode);
        Assert.Equal(GateMode.Enforce, With(static options => options.Policy.AddScope("s", static s => s.Select("a.b"))).Mode);
        Assert.Equal(GateMode.Enforce, With(static options => options.Policy.ForEverybody(static s => s.Select("a.b"))).Mode);
        Assert.Equal(GateMode.Enforce, With(static options => options.Policy.ForEverybody(static s => s.Deny(["select"], "a.b"))).Mode);
        Assert.Equal(GateMode.Enforce, With(static options => options.Policy.AddAuthorizationDetails("t", static s => s.Select("a.b"))).Mode);
    }

    [Theory]
    [InlineData(GateMode.Off)]
    [InlineData(GateMode.Observe)]
    public void Mode_Said_HoldsWhateverThePolicyIs_InAnyOrder(GateMode mode)
    {
        Assert.Equal(mode, With(options =>
        {
            options.Mode = mode;
            options.Policy.AddScope("s", static s => s.Select("a.b"));
        }).Mode);
        Assert.Equal(mode, With(options =>
        {
            options.PolicyFile = "policy.json";
            options.Mode = mode;
        }).Mode);
    }

    [Fact]
    public void CatalogLimits_AreTheConfiguredTimes()
    {
        var limits = With(static options =>
        {
            options.CatalogReadTimeout = TimeSpan.FromSeconds(1);
            options.CatalogRefreshInterval = TimeSpan.FromSeconds(2);
            options.CatalogKeepFor = TimeSpan.FromSeconds(3);
        }).CatalogLimits;

        Assert.Equal((1, 2, 3), (limits.ReadTimeout.Seconds, limits.RefreshInterval.Seconds, limits.KeepFor.Seconds));
        Assert.Equal(new Enforcement.Catalog.CatalogLimits(), new EnforcementOptions().CatalogLimits);
    }

    [Fact]
    public void PolicyInCode_AddsUp_AndReadsLikeTheFile()
    {
        var code = new StatementPolicyOptions()
            .AddScope("orders:read", static s => s.Select("sales.orders"))
            .AddScope("orders:read", static s => s.Select("sales.items").Except("cost").Named("items"))
            .ForEverybody(static s => s.Functions("app.version").DenyFunctions("app.secret"))
            .AddAuthorizationDetails("db", static s => s.Select("sales.*"), static d => d.Locations.Add("postgres://a"))
            .AddAuthorizationDetails("db", static s => s.Insert("sales.*"));

        Assert.Empty(PolicyValidator.Validate(code));
        Assert.Equal(2, code.Scopes["orders:read"].Allow.Count);
        Assert.Equal(["cost"], code.Scopes["orders:read"].Allow[1].ExceptColumns);
        Assert.Equal(["app.secret"], Assert.Single(code.Deny).Functions);
        Assert.Equal(2, code.AuthorizationDetails["db"].Within.Count);
        Assert.Equal(["postgres://a"], code.AuthorizationDetails["db"].Locations);
    }

    [Fact]
    public void Mistakes_OfThePolicy_AreFoundUnderItsPath()
    {
        var options = PgOAuthProxyOptionsValidatorTests.Good();
        options.Enforcement.Policy.AddScope("orders:read", static s => s.Select("orders").Allow(["select", "read"], "a.b"));

        var mistakes = ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents());

        Assert.Equal(2, mistakes.Count);
        Assert.Contains("Enforcement:Policy:Scopes:orders:read:Allow:0:Relations:0: \"orders\" names no schema; write schema.name, for example public.orders.", mistakes);
        Assert.StartsWith("Enforcement:Policy:Scopes:orders:read:Allow:1:Statements:1: must be * or one of select,", mistakes[1], StringComparison.Ordinal);
    }

    [Fact]
    public void PolicyFile_IsThePolicy_AndItsMistakesNameTheFile()
    {
        File.WriteAllText(_file, Reading);
        var options = PgOAuthProxyOptionsValidatorTests.Good();
        options.Enforcement.PolicyFile = _file;
        var mistakes = new List<string>();

        var loaded = LoadedPolicy.Load(options.Enforcement, mistakes);

        Assert.Empty(mistakes);
        Assert.Empty(ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
        Assert.Equal(["sales.*"], loaded!.Options.Scopes["orders:read"].Allow[0].Relations);
        Assert.Equal(_file, loaded.File);
        Assert.Equal(LoadedPolicy.FingerprintOf(_file), loaded.Fingerprint);

        File.WriteAllText(_file, Reading.Replace("sales.*", "sales", StringComparison.Ordinal));
        Assert.NotEqual(LoadedPolicy.FingerprintOf(_file), loaded.Fingerprint);
        var mistake = Assert.Single(ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
        Assert.StartsWith($"Enforcement:PolicyFile: {_file}: Scopes:orders:read:Allow:0:Relations:0: ", mistake, StringComparison.Ordinal);

        File.WriteAllText(_file, "{");
        mistake = Assert.Single(ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
        Assert.StartsWith($"Enforcement:PolicyFile: {_file}: line 1, byte 2: is not JSON.", mistake, StringComparison.Ordinal);

        File.Delete(_file);
        Assert.Equal([$"Enforcement:PolicyFile: there is no file \"{_file}\"."], ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
        Assert.Null(LoadedPolicy.FingerprintOf(_file));
    }

    [Fact]
    public void PolicyFile_ThatIsADirectoryOrTooLarge_IsAMistake()
    {
        var options = PgOAuthProxyOptionsValidatorTests.Good();
        options.Enforcement.PolicyFile = Path.GetTempPath();
        Assert.StartsWith("Enforcement:PolicyFile: \"", Assert.Single(ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents())), StringComparison.Ordinal);

        File.WriteAllBytes(_file, Encoding.UTF8.GetBytes(new string(' ', LoadedPolicy.MaxFileBytes + 1)));
        options.Enforcement.PolicyFile = _file;
        Assert.Equal(
            [$"Enforcement:PolicyFile: \"{_file}\" is larger than 16 MiB."], ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
    }

    [Fact]
    public void PolicyFile_BesideChangedDefaults_IsAMistake()
    {
        File.WriteAllText(_file, Reading);
        var options = PgOAuthProxyOptionsValidatorTests.Good();
        options.Enforcement.PolicyFile = _file;
        options.Enforcement.Policy.Defaults.Metadata = false;

        Assert.Contains("cannot stand beside Enforcement:Policy", Assert.Single(ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents())), StringComparison.Ordinal);
    }

    [Fact]
    public void KeepFor_ShorterThanTheInterval_IsAMistake()
    {
        var options = PgOAuthProxyOptionsValidatorTests.Good();
        options.Enforcement.CatalogKeepFor = TimeSpan.FromSeconds(59);

        Assert.Equal(
            ["Enforcement:CatalogKeepFor: must not be shorter than CatalogRefreshInterval."], ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
    }

    [Theory]
    [InlineData(GateMode.Off, null, false)]
    [InlineData(GateMode.Enforce, null, true)]
    [InlineData(GateMode.Observe, null, true)]
    [InlineData(GateMode.Off, GateMode.Enforce, true)]
    [InlineData(GateMode.Enforce, GateMode.Off, false)]
    public void LoginMode_NeedsAUsername_WhereTheGateReadsTheCatalog(GateMode mode, GateMode? ofRoute, bool isNeeded)
    {
        var options = PgOAuthProxyOptionsValidatorTests.Good();
        options.Upstream.Mode = UpstreamMode.Login;
        options.Upstream.Servers["main"].Username = null;
        options.Upstream.Servers.Add("other", new UpstreamServerOptions { Host = "localhost", Username = "service" });
        options.Upstream.Routes.Add(new RouteOptions { Database = "a", Server = "main", Gate = ofRoute });
        options.Upstream.Routes.Add(new RouteOptions { Server = "other" });
        options.Enforcement.Mode = mode;

        Assert.Equal(
            isNeeded ? ["Upstream:Servers:main:Username: is missing; the statement gate logs in as this user to read the catalog. It needs no rights."] : [],
            ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
    }

    [Theory]
    [InlineData(GateMode.Off, false)]
    [InlineData(GateMode.Enforce, true)]
    public async Task AGateThatGivesNothing_IsAWarning(GateMode mode, bool isWarned)
    {
        using var log = new LogRecorder();
        var options = PgOAuthProxyOptionsValidatorTests.Good();
        options.Enforcement.Mode = mode;
        await CompileAsync(options, log);
        Assert.Equal(isWarned, log.Lines.Any(static line => line.EventId.Id == PgOAuthEventIds.PolicyGivesNothing));

        using var quiet = new LogRecorder();
        options.Enforcement.Policy.AddScope("s", static s => s.Select("a.b"));
        await CompileAsync(options, quiet);
        Assert.DoesNotContain(quiet.Lines, static line => line.EventId.Id == PgOAuthEventIds.PolicyGivesNothing);
    }

    private static async Task CompileAsync(PgOAuthProxyOptions options, LogRecorder log)
    {
        await using var transport = TransportFactory.Create(options.Transport, static _ => { });
        Assert.NotNull(ProxyCompilation.Compile(options, new PgOAuthProxyComponents(), "", transport, log.CreateLogger("test")).Written);
    }

    private static EnforcementOptions With(Action<EnforcementOptions> configure)
    {
        var options = new EnforcementOptions();
        configure(options);
        return options;
    }
}
