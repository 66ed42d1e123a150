using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using PgOAuth.Authentication;
using PgOAuth.Enforcement;
using PgOAuth.Options;
using PgOAuth.Samples.Terminal.Database;
using PgOAuth.Samples.Terminal.Serving;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary><c>explain</c>: says what the policy says of a statement, and why, without running it.</summary>
internal static class ExplainCommand
{
    public const string Name = "explain";

    /// <summary>The exit code when there is no answer.</summary>
    public const int Failed = 2;

    // A token is never validated here: an issuer must be named, but is not asked.
    private const string NoIssuer = "http://localhost/";

    public static Command Create()
    {
        var claims = new Option<string>("--claims") { Description = "A JSON file with the claims of a token, such as its payload", HelpName = "FILE", Required = true };
        var database = new Option<string?>("--database") { Description = "The database, as clients ask for it. Default: that of --upstream, or the embedded one", HelpName = "D" };
        var user = new Option<string?>("--user") { Description = "The user to log in as. Default: the role that the claims map to, when it is only one", HelpName = "U" };
        var json = new Option<bool>("--json") { Description = "Answer in JSON, without the statement's values" };
        var sql = new Argument<string>("sql") { Description = "The statement, or several" };
        var serve = new ServeOptions();
        var command = new Command(Name, "Tell which rule of which scope allows or refuses what a statement needs. Exit code 0: allowed, 1: refused, 2: no answer.")
        {
            claims, database, user, json, sql,
        };
        serve.AddPolicyTo(command);
        command.SetAction((parsed, stopping) => RunAsync(
            serve.ReadPolicy(parsed),
            parsed.GetValue(claims)!,
            parsed.GetValue(database),
            parsed.GetValue(user),
            parsed.GetValue(json),
            parsed.GetValue(sql)!,
            stopping));
        return command;
    }

    private static async Task<int> RunAsync(
        ServeSettings said, string claimsFile, string? database, string? user, bool asJson, string sql, CancellationToken stopping)
    {
        var claims = ReadClaims(claimsFile);
        var file = said.Config is { } path ? ConfigurationFile.Read(path) : null;
        var hasIssuer = file?.GetSection("Authentication:Issuers").Exists() == true;
        var settings = new ProxySettings(
            said with
            {
                Listen = "127.0.0.1:0",
                Plaintext = true,
                Issuer = hasIssuer ? null : NoIssuer,
                Audience = hasIssuer ? null : DemoSql.Database,
                Gate = file is null ? GateMode.Enforce : null,
            },
            file);
        if (said.Upstream is { } upstream)
        {
            await UpstreamCheck.RunAsync(upstream, settings.Maps.Select(static map => map.Role), stopping);
        }

        await using var environment = await ServeEnvironment.StartAsync(settings.Needs, settings.IssuerOptions, Progress.Report, stopping);
        await using var proxy = ProxyHost.Create(settings, environment, LogLevel.Error);
        var asked = database ?? (said.Upstream ?? environment.Database?.Service)?.Database
            ?? throw new CommandException("--database is needed: the file's servers may have several.");
        try
        {
            var explanation = await proxy.Policy.ExplainAsync(
                new ExplainRequest { Sql = sql, Claims = claims, Database = asked, User = user }, stopping);
            await Console.Out.WriteLineAsync(asJson ? explanation.ToJson() : explanation.ToString().TrimEnd());
            return explanation.IsAllowed ? 0 : 1;
        }
        catch (InvalidOperationException failed)
        {
            throw new CommandException(failed.Message, failed);
        }
    }

    private static TokenClaims ReadClaims(string path)
    {
        try
        {
            return TokenClaims.FromUnverifiedJson(File.ReadAllText(path));
        }
        catch (FormatException mistake)
        {
            throw new CommandException($"--claims: {path}: {mistake.Message}", mistake);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--claims: {path} cannot be read: {failed.Message}", failed);
        }
    }
}
