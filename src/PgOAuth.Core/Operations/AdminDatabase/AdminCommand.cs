namespace PgOAuth.Operations.AdminDatabase;

/// <summary>One command of the admin database.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Tag">What its CommandComplete says.</param>
/// <param name="Database">The database it is about; null for all.</param>
/// <param name="SessionId">The session it is about; null when it is about none.</param>
internal sealed record AdminCommand(AdminVerb Verb, string Tag, string? Database = null, long? SessionId = null)
{
    /// <summary>Whether it only reads.</summary>
    internal bool IsHarmless => Verb is AdminVerb.Ignore or (>= AdminVerb.ShowPools and <= AdminVerb.ShowHelp);

    /// <summary>For log and audit.</summary>
    public override string ToString() => Verb switch
    {
        AdminVerb.ShutdownWaitForClients => "SHUTDOWN WAIT_FOR_CLIENTS",
        >= AdminVerb.ShowPools and <= AdminVerb.ShowHelp => $"SHOW {Verb.ToString()[4..].ToUpperInvariant()}",
        _ => $"{Tag} {SessionId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Database}".TrimEnd(),
    };
}
