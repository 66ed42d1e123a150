using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;
using LexToken = PgOAuth.Sql.Lexing.SqlToken;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What SET, RESET, SHOW and set_config need (stage 7).</summary>
internal readonly ref struct SettingJudge
{
    private readonly StatementJudge _judge;
    private readonly StatementFacts _facts;

    internal SettingJudge(in StatementJudge judge)
    {
        _judge = judge;
        _facts = judge.Facts;
    }

    internal PolicyRefusal? Check(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var isShow = access.Kind is SqlAccessKind.ShowSetting;
        var words = _facts.Words;
        if (access.EndToken <= access.Token)
        {
            return isShow
                ? _judge.Check(PolicyRequest.OfSetting(default, isShow), index)
                : _judge.Check(PolicyRequest.OfSessionCommand, index);
        }

        Span<byte> buffer = stackalloc byte[SettingReader.MaxLength];
        if (!SettingReader.ReadName(_facts.Text, _facts.Tokens.AsSpan(access.Token, access.EndToken - access.Token), buffer, out var length))
        {
            return _judge.RefuseAccess("a setting that is not known", index);
        }

        ReadOnlySpan<byte> name = buffer[..length];
        if (isShow)
        {
            return _judge.Check(PolicyRequest.OfSetting(name, isShow), index);
        }

        if (_facts.Statement.Kind is not SqlNodeKind.VariableSetStmt)
        {
            // Of a function, role or database: its own permission says whether, and this only that it is not about who somebody is.
            return ProtectedSettings.IsProtected(name) ? RefuseSetting(index, name) : null;
        }

        if (name.SequenceEqual("transaction_snapshot"u8))
        {
            return _judge.Check(PolicyRequest.OfSessionCommand, index);
        }

        var clause = SettingClause.Of(new StatementTokens(_facts.Text, words));
        if (clause.IsReset)
        {
            // Back to what the session began with, which the proxy chose.
            return ProtectedSettings.IsProtected(name) ? RefuseSetting(index, name)
                : SettingRules.IsNeverSet(name) ? _judge.Check(PolicyRequest.OfSessionCommand, index)
                : _judge.Check(PolicyRequest.OfSetting(name, isShow), index);
        }

        return Check(index, name, ValueOf(clause, words));
    }

    // The value is one word, or it is none that is looked at.
    private static ReadOnlySpan<LexToken> ValueOf(in SettingClause clause, ReadOnlySpan<LexToken> words) =>
        clause.Form is SettingForm.Name or SettingForm.Names or SettingForm.Schema or SettingForm.SessionAuthorization
            && !clause.IsFromCurrent
            && words.Length - clause.Value == 1
            ? words[clause.Value..]
            : default;

    /// <param name="name">In lower case.</param>
    /// <param name="value">The value, if it is one word; else nothing.</param>
    internal PolicyRefusal? Check(int index, scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<LexToken> value)
    {
        var isNever = SettingRules.IsNeverSet(name);
        if ((isNever || ProtectedSettings.IsRestricted(name)) && !SettingReader.IsHarmlessValue(_facts.Text, name, value))
        {
            return RefuseSetting(index, name);
        }

        // SET SESSION AUTHORIZATION DEFAULT, which drivers send to reset a session, goes back to what the proxy logged in as.
        var isReset = name.SequenceEqual("session_authorization"u8) && value.Length == 1 && value[0].Kind is T.Default;
        return ProtectedSettings.IsProtected(name) && !isReset ? RefuseSetting(index, name)
            : isNever ? _judge.Check(PolicyRequest.OfSessionCommand, index)
            : _judge.Check(PolicyRequest.OfSetting(name, isShow: false), index);
    }

    private PolicyRefusal? RefuseSetting(int index, scoped ReadOnlySpan<byte> name)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var subject = PolicyRequest.OfSetting(name, isShow: false).Describe() + " with this value";
        return _judge.Refuse(PolicyRefusalReason.NeverAllowed, subject, index, access.Token, access.EndToken);
    }
}
