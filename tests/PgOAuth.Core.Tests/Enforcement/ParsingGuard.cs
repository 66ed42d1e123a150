using PgOAuth.Sql;

namespace PgOAuth.Enforcement;

/// <summary>The guard with a parser of its own: what a <see cref="StatementCache"/> does for a text that it does not know.</summary>
internal sealed class ParsingGuard(bool keepsSettings = false)
{
    private readonly SessionStateGuard _guard = new(keepsSettings);
    private readonly SqlParser _parser = new();

    internal StatementVerdict Check(ReadOnlySpan<byte> sql)
    {
        _parser.Parse(sql);
        return _guard.Check(sql, _parser);
    }

    internal StatementReading Read(ReadOnlySpan<byte> sql)
    {
        _parser.Parse(sql);
        return EffectRules.Read(sql, _parser);
    }
}
