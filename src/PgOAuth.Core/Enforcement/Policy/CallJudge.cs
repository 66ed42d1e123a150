using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;
using LexToken = PgOAuth.Sql.Lexing.SqlToken;
using P = PgOAuth.Enforcement.Policy.StatementPermissions;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What calls of functions need (stage 7).</summary>
internal readonly ref struct CallJudge
{
    private readonly StatementJudge _judge;
    private readonly StatementFacts _facts;

    internal CallJudge(in StatementJudge judge)
    {
        _judge = judge;
        _facts = judge.Facts;
    }

    // Every overload that the call may mean must be allowed.
    internal PolicyRefusal? CheckCall(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var functions = _facts.Accesses.Functions(access);
        if (functions.IsEmpty)
        {
            return _judge.RefuseAccess("a function that is not known", index);
        }

        foreach (var function in functions)
        {
            var isCall = function.Kind is SqlFunctionKind.Procedure && access.Statement is SqlNodeKind.CallStmt;
            var request = PolicyRequest.OfFunction(function, isCall);
            PolicyRefusal? refusal;
            if (function.IsUnknown)
            {
                refusal = new UnknownJudge(_judge).CheckFunction(function, isCall, index);
            }
            else if (function.Schema.Is("pg_catalog"u8) && function.Name.Is("set_config"u8))
            {
                refusal = _judge.CheckNotDenied(request, index) ?? CheckSetConfig(index);
            }
            else if (function.Schema.Is("pg_catalog"u8) && function.Name.Is("current_setting"u8))
            {
                refusal = _judge.CheckNotDenied(request, index) ?? CheckCurrentSetting(index);
            }
            else if (SequenceRules.Of(function) is not P.None && SequenceRules.IsNamed(_facts.Accesses, function))
            {
                refusal = _judge.CheckNotDenied(request, index);
            }
            else
            {
                refusal = _judge.Check(request, index);
            }

            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    // A relation that is only named is metadata; one that nextval and its like get is used.
    internal PolicyRefusal? CheckName(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        foreach (var function in _facts.Accesses.Functions(access))
        {
            var anyOf = SequenceRules.Of(function);
            if (anyOf == P.None)
            {
                continue;
            }

            var refusal = access.Relation is { } relation
                ? _judge.CheckRelation(anyOf, relation, index)
                : _judge.Check(PolicyRequest.OfEverything(anyOf), index);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    // SHOW by another name.
    private PolicyRefusal? CheckCurrentSetting(int index)
    {
        Span<byte> buffer = stackalloc byte[SettingReader.MaxLength];
        return SettingReader.ReadArgument(_facts.Text, WordsBehind(index), isOnly: true, buffer, out var length)
            ? _judge.Check(PolicyRequest.OfSetting(buffer[..length], isShow: true), index)
            : _judge.RefuseAccess("current_setting takes its setting's name as a literal", index);
    }

    private ReadOnlySpan<LexToken> WordsBehind(int index)
    {
        var end = _facts.Accesses.Accesses[index].EndToken;
        return _facts.Tokens.AsSpan(end, Math.Max(0, _facts.Nodes[_facts.Statement.Root].EndToken - end));
    }

    private PolicyRefusal? CheckSetConfig(int index)
    {
        Span<byte> buffer = stackalloc byte[SettingReader.MaxLength];
        var words = WordsBehind(index);
        if (!SettingReader.ReadArgument(_facts.Text, words, isOnly: false, buffer, out var length))
        {
            return _judge.RefuseAccess("set_config takes its setting's name as a literal", index);
        }

        // Behind the value a comma or the bracket: then the value is one word.
        var value = words.Length > 4 && words[4].Kind is T.Comma or T.RightParen ? words.Slice(3, 1) : default;
        return new SettingJudge(_judge).Check(index, buffer[..length], value);
    }
}
