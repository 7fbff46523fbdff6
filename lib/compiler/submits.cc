/* SPDX-License-Identifier: BSD-2-Clause */
#include "submits.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclGroup.h>
#include <clang/AST/Expr.h>
#include <clang/Basic/Version.h>
#include <clang/Frontend/MultiplexConsumer.h>

#include <string>
#include <vector>

extern "C" {
#include "../wire.h"
}

using namespace clang;

namespace
{

/* The methods that take a record, and which of their arguments it and its size are. */
const unsigned NO_SIZE = 9; /* it was said before */

const struct method {
	const char *name;
	unsigned data;
	unsigned size;
} methods[] = {
	{ "perf_submit", 1, 2 },
	{ "perf_submit_skb", 2, 3 },
	{ "ringbuf_output", 0, 1 },
	{ "ringbuf_submit", 0, NO_SIZE },
};

const method *find_method(const CallExpr *call, const MemberExpr *callee)
{
	for (const method &method : methods)
		if (callee->getMemberDecl()->getName() == method.name &&
		    call->getNumArgs() > method.data)
			return &method;
	return nullptr;
}

/* The table that a method is called of; its struct has a name of its own. */
const VarDecl *find_table(const MemberExpr *callee)
{
	auto *base = dyn_cast<DeclRefExpr>(callee->getBase()->IgnoreParenImpCasts());
	auto *table = base ? dyn_cast<VarDecl>(base->getDecl()) : nullptr;
	auto *record = table ? table->getType()->getAs<RecordType>() : nullptr;

	return record && record->getDecl()->getName() == table->getName().str() + "_table_t"
		       ? table
		       : nullptr;
}

QualType array_of(ASTContext &context, QualType type, uint64_t cnt)
{
	return context.getConstantArrayType(type, llvm::APInt(32, cnt), nullptr,
#if CLANG_VERSION_MAJOR >= 18
					    ArraySizeModifier::Normal,
#else
					    ArrayType::Normal,
#endif
					    0);
}

/* What a pointer points to, or an array is, before it was made a void *. Null: nothing is known. */
QualType pointed_to(const Expr *data)
{
	QualType type;

	data = data->IgnoreParenImpCasts();
	while (auto *cast = dyn_cast<CStyleCastExpr>(data)) {
		if (!cast->getType()->isVoidPointerType())
			break;
		data = cast->getSubExpr()->IgnoreParenImpCasts();
	}
	type = data->getType();
	if (!type->isArrayType())
		type = type->getPointeeType();
	return type.isNull() || type->isIncompleteType() || type->isFunctionType() ||
			       type->isVariablyModifiedType()
		       ? QualType()
		       : type.getUnqualifiedType();
}

/*
 * The type of a record. A pointer may point to the first of several; to a single integer it tells
 * nothing unless the size says that there is no more.
 */
QualType record_type(ASTContext &context, const Expr *data, const Expr *size)
{
	QualType type = pointed_to(data), each = type;
	Expr::EvalResult result;
	uint64_t bytes, unit;

	if (type.isNull())
		return type;
	if (auto *array = context.getAsConstantArrayType(type))
		each = array->getElementType();
	unit = context.getTypeSizeInChars(each).getQuantity();
	if (!size || !unit || !size->EvaluateAsInt(result, context))
		return type->isScalarType() && size ? QualType() : type;
	bytes = result.Val.getInt().getZExtValue();
	if (bytes % unit || bytes > UINT32_MAX)
		return type->isScalarType() ? QualType() : type;
	return bytes == unit && each == type ? type
	       : bytes                       ? array_of(context, each, bytes / unit)
					     : QualType();
}

class Submits : public ASTConsumer
{
public:
	explicit Submits(ASTConsumer &generator) : generator(generator)
	{
	}

	void Initialize(ASTContext &ast) override
	{
		context = &ast;
	}

	bool HandleTopLevelDecl(DeclGroupRef group) override
	{
		for (const Decl *decl : group)
			if (auto *function = dyn_cast<FunctionDecl>(decl))
				if (function->doesThisDeclarationHaveABody())
					look(function->getBody());
		return true;
	}

	void HandleTranslationUnit(ASTContext &) override
	{
		for (size_t i = 0; i < records.size(); i++)
			generator.HandleTopLevelDecl(DeclGroupRef(make_variable(i)));
	}

private:
	struct record {
		const VarDecl *table;
		QualType type;
	};

	void look(const Stmt *stmt)
	{
		auto *call = dyn_cast_or_null<CallExpr>(stmt);
		auto *callee = call ? dyn_cast<MemberExpr>(call->getCallee()->IgnoreParenImpCasts())
				    : nullptr;

		if (callee)
			take(call, callee);
		if (stmt)
			for (const Stmt *child : stmt->children())
				look(child);
	}

	void take(const CallExpr *call, const MemberExpr *callee)
	{
		const method *method = find_method(call, callee);
		const VarDecl *table = method ? find_table(callee) : nullptr;
		QualType type;

		if (!table)
			return;
		type = record_type(*context, call->getArg(method->data),
				   method->size < call->getNumArgs() ? call->getArg(method->size)
								     : nullptr);
		if (type.isNull())
			return;
		for (const record &record : records)
			if (record.table == table && context->hasSameType(record.type, type))
				return;
		records.push_back({ table, type });
	}

	VarDecl *make_variable(size_t i)
	{
		std::string name = WIRE_EVENTS_PREFIX + std::to_string(i) + "_" +
				   records[i].table->getName().str();
		QualType type = context->getPointerType(records[i].type);
		VarDecl *var = VarDecl::Create(*context, context->getTranslationUnitDecl(),
					       records[i].table->getBeginLoc(),
					       records[i].table->getLocation(),
					       &context->Idents.get(name), type,
					       context->getTrivialTypeSourceInfo(type), SC_Static);

		var->setInit(new (*context) ImplicitValueInitExpr(type));
		var->addAttr(SectionAttr::CreateImplicit(*context, WIRE_EVENTS_SECTION));
		var->addAttr(UsedAttr::CreateImplicit(*context));
		return var;
	}

	ASTConsumer &generator;
	ASTContext *context = nullptr;
	std::vector<record> records;
};

} // namespace

std::unique_ptr<ASTConsumer> submits__watch(std::unique_ptr<ASTConsumer> generator)
{
	std::vector<std::unique_ptr<ASTConsumer>> both;

	both.push_back(std::make_unique<Submits>(*generator));
	both.push_back(std::move(generator));
	return std::make_unique<MultiplexConsumer>(std::move(both));
}
